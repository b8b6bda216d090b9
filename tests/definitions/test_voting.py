"""What a vote comes to, whatever was voted in whatever order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from definitions.voting import Cast, Chair, Choice, Method, Rule, counting, tally

PEOPLE = st.integers(1, 8)
NAMES = ("Finance", "Legal", "Sales")
CHAIRS = st.lists(
    st.builds(
        lambda represents, person, deputy: (represents, person, deputy if deputy != person else None),
        st.sampled_from(NAMES), st.none() | PEOPLE, st.none() | PEOPLE,
    ),
    max_size=6,
).map(lambda rows: [Chair(at, *row) for at, row in enumerate(rows)])  # fmt: skip
CASTS = st.lists(st.builds(Cast, st.integers(0, 6), PEOPLE, st.sampled_from(Choice)), max_size=25)
RULES = st.builds(Rule, st.sampled_from(Method), st.integers(1, 100), st.frozensets(st.sampled_from(NAMES)))
AUTHORS = st.frozensets(PEOPLE, max_size=2)


@given(RULES, CHAIRS, CASTS, AUTHORS)
def test_what_is_approved_has_quorum_and_the_approval_of_another(
    rule: Rule, chairs: list[Chair], casts: list[Cast], authors: frozenset[int]
) -> None:
    outcome = tally(rule, chairs, casts, authors)
    votes = counting(chairs, casts)
    assert outcome.voted == len(votes) <= outcome.seats
    if outcome.approved:
        assert outcome.voted >= outcome.needed >= outcome.seats * rule.quorum / 100
        assert any(one.choice is Choice.APPROVE and one.voter not in authors for one in votes.values())
        assert outcome.approving > outcome.objecting if rule.method is Method.MAJORITY else not outcome.objecting
        for name in rule.required:
            said = [votes[one.id].choice for one in chairs if one.represents == name and one.id in votes]
            assert said
            assert Choice.OBJECT not in said


@given(RULES, CHAIRS, CASTS, AUTHORS, CASTS)
def test_only_the_last_word_of_each_counts(
    rule: Rule, chairs: list[Chair], casts: list[Cast], authors: frozenset[int], before: list[Cast]
) -> None:
    said = {(one.seat, one.voter) for one in casts}
    overtaken = [one for one in before if (one.seat, one.voter) in said]
    assert tally(rule, chairs, overtaken + casts, authors) == tally(rule, chairs, casts, authors)


@given(RULES, CHAIRS, CASTS, AUTHORS)
def test_who_holds_no_seat_changes_nothing(
    rule: Rule, chairs: list[Chair], casts: list[Cast], authors: frozenset[int]
) -> None:
    holders = {(one.id, person) for one in chairs for person in (one.person, one.deputy)}
    theirs = [one for one in casts if (one.seat, one.voter) in holders]
    assert tally(rule, chairs, theirs, authors) == tally(rule, chairs, casts, authors)


@given(RULES, CHAIRS, CASTS, AUTHORS, st.data())
def test_an_objection_never_helps(
    rule: Rule, chairs: list[Chair], casts: list[Cast], authors: frozenset[int], data: st.DataObject
) -> None:
    approving = [at for at, one in enumerate(casts) if one.choice is Choice.APPROVE]
    if not approving or tally(rule, chairs, casts, authors).approved:
        return
    at = data.draw(st.sampled_from(approving))
    turned = [Cast(one.seat, one.voter, Choice.OBJECT) if n == at else one for n, one in enumerate(casts)]
    assert not tally(rule, chairs, turned, authors).approved


def test_the_holder_goes_before_the_deputy_however_late_that_one_votes() -> None:
    chair = Chair(1, "Legal", person=10, deputy=11)
    casts = [Cast(1, 10, Choice.OBJECT), Cast(1, 11, Choice.APPROVE)]
    assert counting([chair], casts)[1].choice is Choice.OBJECT
    assert counting([Chair(1, "Legal", None, 11)], casts)[1].choice is Choice.APPROVE


def test_what_is_missing_is_said_in_words() -> None:
    chairs = [Chair(1, "Finance", 10), Chair(2, "Legal", 11), Chair(3, "Sales", 12)]
    rule = Rule(Method.CONSENT, 100, frozenset({"Legal"}))
    outcome = tally(rule, chairs, [Cast(1, 10, Choice.APPROVE), Cast(3, 12, Choice.OBJECT)], frozenset({10}))
    assert outcome.missing == (
        "2 of 3 seats voted, 3 have to",
        "1 object, and it needs consent",
        "Legal has to vote",
        "nobody but those who propose it approves",
    )
    assert not outcome.complete


def test_nobody_decides_where_no_seat_is_held() -> None:
    assert not tally(Rule(), [], [], frozenset()).approved
