"""Words that carry no meaning in a question put to a catalog, by language.

The English function words follow the list of the Snowball project (snowballstem.org); the asking words are those that
people wrap around what they look for: "show me the table with how many orders each customer has".
"""

_ENGLISH = """
a about above after again against all am an and any are aren as at be because been before being below between both but
by can could couldn d did didn do does doesn doing don down during each few for from further had hadn has hasn have
haven having he her here hers herself him himself his i if in into is isn it its itself just ll m me more most my
myself no nor not now of off on once only or other our ours ourselves out over own re s same shan she should shouldn
so some such t than that the their theirs them themselves then there these they this those through to too under until
up ve very was wasn we were weren will with won would wouldn you your yours yourself yourselves
"""

_ENGLISH_ASKING = """
what which who whom whose when where why how many much show list give find get tell return display describe search
look looking want need please contain contains containing include includes including hold holds store stores stored
about related dataset datasets table tables data column columns field fields database databases information info
provide provides provided providing available publicly public access accessible would like could help use using used
uses based associated regarding concerning within across among amongst calculate compute determine identify retrieve
respectively along propose proposed proposes create build make makes made develop allow allows allowing let us track
tracks tracking also every one ones exist exists both corresponding given per via however whether
"""

_ENGLISH_COUNTING = """
number total average count highest lowest maximum minimum least most percentage ratio distinct unique sort sorted
ordered ascending descending group grouped less greater top bottom sum mean median largest smallest biggest fewest
rank ranked different same overall exactly past currently recent recently various several type types kind kinds
"""

STOP_WORDS = {"english": frozenset((_ENGLISH + _ENGLISH_ASKING).split())}

WEAK_WORDS = {"english": frozenset(_ENGLISH_COUNTING.split())}


def stop_words(language: str) -> frozenset[str]:
    """Return the folded words to leave out of a question; none where the language has no list here."""
    return STOP_WORDS.get(language, frozenset())


def weak_words(language: str) -> frozenset[str]:
    """Return the folded words that say what to do with an answer, "the total number of": they count, but little."""
    return WEAK_WORDS.get(language, frozenset())
