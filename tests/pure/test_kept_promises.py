"""The pages about personal data and schema versions say what the code does, and the code stays pure."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

from catalog.schema_diff import Kind
from harvest.pii.classifications import CLASSIFICATIONS
from harvest.pii.describe import HEADER, rule_rows
from harvest.pii.rules import RULES

DOCS = Path(__file__).parents[2] / "docs"


def _table_under(page: str, header: str) -> list[str]:
    lines = (DOCS / page).read_text().splitlines()
    rows = lines[lines.index(header) + 2 :]
    return rows[: rows.index("")] if "" in rows else rows


def test_every_rule_of_personal_data_is_documented_as_it_is() -> None:
    assert _table_under("personal-data.md", HEADER[0]) == list(rule_rows())


def test_every_classification_is_documented_as_it_is() -> None:
    expected = [f"| `{slug}` | {name} | {meaning} |" for slug, (name, meaning) in CLASSIFICATIONS.items()]
    assert _table_under("personal-data.md", "| classification | name | meaning |") == expected


def test_rules_give_known_classifications_only() -> None:
    assert {rule.classification for rule in RULES} == set(CLASSIFICATIONS)


def test_every_kind_of_schema_change_is_documented() -> None:
    rows = _table_under("schema-versions.md", "| kind | class | why |")
    assert {row.split("`")[1] for row in rows} == set(get_args(Kind))


def test_pure_modules_are_imported_without_django() -> None:
    code = (
        "import sys, catalog.types, catalog.schema_diff, harvest.pii, harvest.renames; print('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=DOCS.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
