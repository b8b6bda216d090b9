"""A criterion means the same in every database, and no row makes it fail."""

from datetime import UTC, datetime

import pytest

from definitions.counting.codes import code_of
from definitions.counting.stocks import grouped, keys_query, stocks
from definitions.criteria import DIALECTS, check
from tests.definitions.databases import COLUMNS, opened

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

# For the rows of `databases.ROWS` in order: 0 not in it, 1 in it, ? unknown (NULL), ! cannot be evaluated.
MEANINGS = {
    "status = 'active'": "110?000",
    "status IN ('active', 'gone') OR amount IS NULL": "1101001",
    "NOT (status = 'active')": "001?111",
    "status LIKE 'pau%'": "000?010",
    "status LIKE '%[x]*?%'": "000?100",
    "status ILIKE 'PAU%'": "001?010",
    "upper(trim(status)) = 'PAUSED'": "001?010",
    "status = 'o''brien [x]*?%_'": "000?100",
    "left(status, 2) || right(status, 1) = 'ace'": "110?000",
    "substring(status, 2, 3) = 'aus' AND char_length(status) = 6": "001?010",
    "CAST(age AS INTEGER) > 6": "1!0?!1!",
    "CAST(age AS DECIMAL) > 6": "1!0?!11",
    "CAST(age AS INTEGER) > 6 AND id < 5": "1!0?000",
    "CAST(age AS INTEGER) > 6 OR id = 2": "110?!1!",
    "CAST(age AS INTEGER) IS NULL": "0!01!0!",
    "COALESCE(CAST(age AS INTEGER), 0) = 0": "0!01!0!",
    "CASE WHEN id = 2 THEN FALSE ELSE CAST(age AS INTEGER) > 6 END": "100?!1!",
    "CASE WHEN CAST(age AS INTEGER) > 6 THEN TRUE ELSE FALSE END": "1!00!1!",
    "10 / parts > 3": "1!0?101",
    "10 / parts IS NOT NULL": "1!10111",
    "7 % parts = 1": "1!0?100",
    "amount * amount * parts > 0": "101?101",
    "ABS(amount) >= 1 AND ROUND(amount, 0) = FLOOR(amount)": "001?101",
    "-parts > 3 OR CEIL(amount) = 1": "000?010",
    "NULLIF(parts, 0) > 0": "1?1?101",
    "CAST(said AS DATE) < '2026-01-01'": "0!?!1!!",
    "born >= CURRENT_DATE - INTERVAL '1' YEAR": "00?1011",
    "seen > CURRENT_TIMESTAMP - INTERVAL '3' HOUR": "00?1001",
    "seen < CURRENT_DATE": "11?0100",
    "seen BETWEEN '2026-11-19' AND '2026-11-20 11:59:59'": "10?0011",
    "EXTRACT(MONTH FROM born) = 2 OR YEAR(born) = 1900": "01?0100",
    "EXTRACT(HOUR FROM seen) = 23": "00?0100",
    "born > '1999-12-31 23:00:00'": "01?1011",
    '"on"': "10?101?",
    '"on" = FALSE': "01?010?",
    '"on" IS NOT TRUE': "0110101",
    "amount IS NOT DISTINCT FROM parts": "0101100",
    "amount > parts": "101?010",
}


# Where a field's collation takes capitals for small letters, so does a comparison; and || is OR there.
MYSQL = {
    "status LIKE 'pau%'": "001?010",
    "left(status, 2) || right(status, 1) = 'ace'": None,
}


@pytest.fixture(scope="module", params=DIALECTS)
def database(request):
    with opened(request.param) as asked:
        yield asked


def _tree(text, dialect):
    checked = check(text.replace('"on"', "`on`") if dialect == "mysql" else text, COLUMNS, dialect)
    assert not checked.problems, [str(problem) for problem in checked.problems]
    return checked.tree


@pytest.mark.parametrize("text", MEANINGS)
def test_a_criterion_says_the_same_of_every_row_everywhere(database, text):
    meaning = MYSQL.get(text, MEANINGS[text]) if database.dialect == "mysql" else MEANINGS[text]
    if meaning is None:
        assert check(text, COLUMNS, "mysql").problems
        return
    code = code_of([_tree(text, database.dialect)], database.dialect, NOW)

    said = database.rows(f"SELECT {code} FROM {database.relation} ORDER BY id")

    assert "".join("01?!"[int(row[0])] for row in said) == meaning


def test_one_query_counts_several_workflows(database):
    texts = (["status = 'active'", "amount > 5", "CAST(age AS INTEGER) > 6"], ["id <= 3", "id > 3"])
    workflows = [[_tree(text, database.dialect) for text in states] for states in texts]

    answer = database.rows(grouped(database.relation, workflows, database.dialect, NOW))
    first, second = stocks(answer, [3, 2])

    assert (first.rows, first.inside, first.unknown, first.broken) == (7, [2, 2, 2], [1, 1, 1], [0, 0, 3])
    assert (first.several, first.none, first.undecided) == (1, 0, 3)
    assert first.overlaps == {(0, 1, 2): 1}
    assert (second.inside, second.none, second.several) == ([3, 4], 0, 0)


def test_keys_that_are_missing_or_shared_are_counted(database):
    key = [column for column in COLUMNS if column.name in ("Status",)]

    [(missing, doubled)] = database.rows(keys_query(database.relation, key, database.dialect))

    assert (int(missing), int(doubled)) == (1, 4 if database.dialect == "mysql" else 2)
