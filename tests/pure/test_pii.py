"""Personal data is recognised, and its look-alikes are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.types import TYPES
from harvest.pii import Column, Finding, recognise
from harvest.pii.rules import RULES
from harvest.pii.values import MATCHERS
from harvest.pii.words import LANGUAGES
from tests.pure import pii_samples as s
from tests.pure.pii_cases import CASES, FOUND, Case


def _only(table: str, *columns: Column) -> dict[str, Finding]:
    return {finding.path: finding for finding in recognise(columns, table)}


def _verdict(case: Case) -> str:
    findings = recognise([case.column], case.table)
    return findings[0].category if findings else ""


def _misjudged() -> list[str]:
    verdicts = [(case, _verdict(case)) for case in CASES]
    return [
        f"{case.table}.{case.column.path}: expected {case.expected or 'nothing'}, found {verdict or 'nothing'}"
        for case, verdict in verdicts
        if verdict != case.expected
    ]


def test_labelled_columns_are_recognised_precisely() -> None:
    verdicts = [(case, _verdict(case)) for case in CASES]
    reported = [case for case, verdict in verdicts if verdict]
    right = [case for case, verdict in verdicts if verdict and verdict == case.expected]
    explanation = "\n".join(_misjudged())
    assert len(CASES) >= 150
    assert len(right) / len(reported) >= 0.97, explanation
    assert len(right) / len(FOUND) >= 0.85, explanation


@pytest.mark.parametrize("case", FOUND, ids=lambda case: f"{case.table}.{case.column.path}")
def test_evidence_never_holds_a_value(case: Case) -> None:
    for finding in recognise([case.column], case.table):
        said = " ".join(finding.evidence)
        assert not [value for value in case.column.values if len(value) > 3 and value in said]


def test_evidence_is_in_words() -> None:
    iban = _only("t", Column("iban", "text", "string", "", (*s.IBANS[:19], "unknown")))["iban"]
    assert iban.evidence == (
        "column name says 'iban' (English)",
        "19 of 20 sampled values are valid IBANs",
    )
    assert iban.classification == "pii.financial"
    assert iban.confidence > 0.9


def test_comment_speaks_where_the_name_does_not() -> None:
    finding = _only("t", Column("c1", "text", "string", "Geburtsdatum des Kunden", s.GERMAN_BIRTHS))["c1"]
    assert finding.evidence[0] == "comment says 'geburtsdatum' (German)"


def test_values_that_contradict_the_name_win() -> None:
    assert _only("users", Column("email", "text", "string", "", s.NUMBERS)) == {}


def test_few_values_prove_nothing_without_a_name() -> None:
    assert _only("t", Column("c1", "text", "string", "", s.CARDS[:3])) == {}


def test_column_of_a_person_makes_its_neighbours_personal() -> None:
    zip_code = Column("zip", "text", "string", "", s.POSTCODES)
    assert _only("rows", zip_code) == {}
    assert set(_only("rows", zip_code, Column("first_name", "text", "string", "", s.GIVEN))) == {"zip", "first_name"}


def test_key_of_a_person_makes_its_neighbours_personal() -> None:
    columns = [Column("patient_id", "int", "integer"), Column("diagnosis", "text", "string", "", s.DIAGNOSES)]
    assert set(_only("visits", *columns)) == {"diagnosis"}


@pytest.mark.parametrize("table", ["patients", "clinic.patients", "patients.csv", "Patients.csv.gz", '"a.b".patients'])
def test_table_named_after_people_makes_its_columns_personal(table: str) -> None:
    assert set(_only(table, Column("gender", "text", "string", "", s.GENDERS))) == {"gender"}


def test_findings_come_in_the_order_of_columns() -> None:
    columns = [Column(path, "text", "string") for path in ("surname", "email", "first_name")]
    assert [finding.path for finding in recognise(columns, "users")] == ["surname", "email", "first_name"]


def test_rules_are_well_formed() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.types <= set(TYPES), rule.id
        assert set(rule.names) <= set(LANGUAGES), rule.id
        assert not rule.values or rule.values in MATCHERS, rule.id
        assert 0 <= rule.name_only <= rule.both <= 1, rule.id


@given(st.text(max_size=40))
def test_any_value_is_judged_without_error(value: str) -> None:
    if stripped := value.strip():
        assert all(matcher(stripped) in (True, False) for matcher in MATCHERS.values())


@given(st.text(max_size=40), st.text(max_size=40), st.lists(st.text(max_size=20), max_size=8))
def test_any_column_is_judged_without_error(path: str, comment: str, values: list[str]) -> None:
    for finding in recognise([Column(path, "text", "string", comment, tuple(values))], path):
        assert 0.5 <= finding.confidence < 1
