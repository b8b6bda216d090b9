"""The stops of the tour, as data. `title` and `why` name nothing of the catalog, so everybody may read them.

`look` is for who may see what it tells of. All of it is always made by the build of Northbeam; a test holds that.
"""

from typing import NamedTuple

from demo import people
from demo.people import Person
from permissions.levels import Level


class Role(NamedTuple):
    """Somebody worth being at a stop, and what they meet there."""

    person: Person
    meets: str = ""


class Stop(NamedTuple):
    slug: str
    title: str
    minutes: int
    look: str
    why: str
    keys: tuple[str, ...]  # the datasets it tells of; its page is the first one's
    page: str  # the name of its address
    link: str  # says where it leads
    roles: tuple[Role, ...]
    level: Level = Level.READ  # at which the datasets must be open for `look` to be shown
    after_the_release: bool = False  # nothing to see before the demo's second act


QUESTION = "active customer"

STOPS = (
    Stop(
        slug="ask",
        title="Ask a question",
        minutes=1,
        look=(
            "“Active customer” finds two answers that disagree: Finance counts who paid within 30 days, Product who "
            "signed in within 28. Concord shows both, whose each one is, and which is certified."
        ),
        why="Words of a question are enough, and every result says why it matched.",
        keys=("warehouse.mart.finance_active_customer", "warehouse.mart.product_active_customer"),
        page="catalog:search",
        link="Search “active customer”",
        roles=(Role(people.AMARA),),
    ),
    Stop(
        slug="judge",
        title="Judge what you found",
        minutes=2,
        look=(
            "Read the first screen, without scrolling: who certified it and on what grounds, what one record is, when "
            "it was last read, whose it is, and the query to begin with."
        ),
        why="Whether to trust data should be clear before you use it, and without asking anybody.",
        keys=("warehouse.mart.customer_360",),
        page="catalog:dataset",
        link="Open {title}",
        roles=(Role(people.AMARA),),
    ),
    Stop(
        slug="values",
        title="Look at values",
        minutes=2,
        look=(
            "To an analyst, names, mail addresses and telephone numbers are masked and all else is plain; open a mask "
            "to read the rule and its reason. Then look again as Elin, whose team is exempt because it calls customers."
        ),
        why="Only what is sensitive is closed: those columns, and not the table around them.",
        keys=("crm.lead",),
        page="catalog:dataset_sample",
        link="See rows of {title}",
        roles=(Role(people.AMARA, "masked"), Role(people.ELIN, "unmasked")),
    ),
    Stop(
        slug="door",
        title="Meet a closed door",
        minutes=1,
        look=(
            "What colleagues earn is for People Operations only. Where others find an error, you find the reason, who "
            "answers for it, and the day on which the rule must be argued anew."
        ),
        why="Everything is open unless a rule says otherwise, and a rule that explains itself can be questioned.",
        keys=("warehouse.people_ops.salary",),
        page="catalog:dataset",
        link="Open {title}",
        roles=(Role(people.AMARA, "closed"), Role(people.LENA, "open")),
        level=Level.DISCOVER,
    ),
    Stop(
        slug="origin",
        title="Ask where it comes from",
        minutes=2,
        look=(
            "See what it reads and what reads it, worked out from the SQL of the views. Walk up from view to view "
            "until you stand at the tables that are filled from outside."
        ),
        why="Whoever doubts a number can walk to its origin, and whoever changes a table sees whom it hits.",
        keys=("warehouse.mart.customer_360",),
        page="lineage:panel",
        link="Lineage of {title}",
        roles=(Role(people.AMARA),),
    ),
    Stop(
        slug="changes",
        title="See what changed",
        minutes=1,
        look=(
            "Release 5.4 dropped a column. The next harvest noticed, called it breaking because readers will fail, "
            "and kept the schema from before: open version 1."
        ),
        why="A change should reach you as news, and not as a broken report on Monday morning.",
        keys=("platform.account.account",),
        page="catalog:dataset_history",
        link="History of {title}",
        roles=(Role(people.AMARA),),
        after_the_release=True,
    ),
    Stop(
        slug="sources",
        title="See how it got here",
        minutes=1,
        look=(
            "This is the harvest that brought the change: what is new, changed and gone, dataset by dataset. Five "
            "systems are read like this, and Yuki, who owns this one, may harvest it again or try a dry run."
        ),
        why="Connecting your own takes a minute, and shows what would come before anything does.",
        keys=("platform.account.account",),
        page="harvest:run",
        link="The harvest of {source}",
        roles=(Role(people.YUKI),),
        after_the_release=True,
    ),
)

SLUGS = tuple(stop.slug for stop in STOPS)
