"""Columns, rows and values of CSV, JSON and Parquet, whole and broken."""

import codecs
import gzip
import os
import random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harvest import facts
from harvest.connectors.base import Brakes, DatasetTarget, ObjectError, Profile
from harvest.connectors.files import FilesConnector
from harvest.connectors.files.config import FilesConfig
from harvest.connectors.files.duck import Duck, function, reason
from tests.connectors.test_files_tree import messages, put, put_parquet, reading


def columns(harvest, *path: str) -> list[tuple[str, str]]:
    return [(one.name, one.type) for one in harvest.about(facts.Field, *path)]


def profile(root, *path: str, brakes: Brakes | None = None, rows: int | None = None) -> Profile:
    with FilesConnector(FilesConfig(path=str(root)), brakes or Brakes()) as connector:
        return connector.profile(DatasetTarget(path, "file_set", (), rows))


CSV = 'id,Name,name,born,"a ""b"""\n1,é,x,2026-01-01,1.5\n2,"z\nz",y,2026-01-02,\n'


def test_a_csv_is_sniffed_and_names_stay_as_spelled(tmp_path):
    put(tmp_path / "x.csv", CSV)
    harvest = reading(tmp_path)
    assert columns(harvest, "x.csv") == [
        ("id", "integer"), ("Name", "string"), ("name", "string"), ("born", "date"), ('a "b"', "float"),
    ]  # fmt: skip
    details = harvest.datasets["x.csv",].details
    assert (details["format"], details["delimiter"], details["header"], details["quote"]) == ("csv", ",", True, '"')


READABLE: dict[str, str | bytes] = {
    "x.tsv": "a\tb\n1\t2\n",
    "x.psv": "a|b\n1|2\n",
    "semicolon.csv": "a;b\n1;2\n",
    "x.csv.gz": gzip.compress(b"a,b\n1,2\n"),
    "x.csv.zst": pa.compress(b"a,b\n1,2\n", codec="zstd", asbytes=True),
    "x.jsonl.gz": gzip.compress(b'{"a": 1, "b": 2}\n'),
    "x.ndjson": '{"a": 1, "b": 2}\n',
    "x.json": '[{"a": 1, "b": 2}]',
    "bom.csv": codecs.BOM_UTF8 + b"a,b\n1,2\n",
    "utf16.csv": "a,b\n1,2\n".encode("utf-16"),
    "cr.csv": "a,b\r\n1,2\r\n",
}


@pytest.mark.parametrize("name", READABLE)
def test_delimiters_compressions_and_encodings_are_read(tmp_path, name):
    put(tmp_path / name, READABLE[name])
    harvest = reading(tmp_path)
    assert messages(harvest) == {}
    assert (columns(harvest, name), harvest.datasets[name,].rows) == ([("a", "integer"), ("b", "integer")], 1)
    assert profile(tmp_path, name).rows == (("1", "2"),)


def test_latin_1_is_read_and_said(tmp_path):
    put(tmp_path / "x.csv", "name,n\nZoë,1\n".encode("latin-1"))
    assert reading(tmp_path).datasets["x.csv",].details["encoding"] == "latin-1"
    assert profile(tmp_path, "x.csv").rows == (("Zoë", "1"),)


def test_rows_of_a_long_csv_are_estimated_from_its_beginning(tmp_path):
    put(tmp_path / "x.csv", "a,b\n" + "1234567,abcdefg\n" * 200_000)
    assert reading(tmp_path).datasets["x.csv",].rows == pytest.approx(200_000, rel=0.01)


def test_rows_of_a_compressed_csv_are_estimated_too(tmp_path):
    lines = "".join(f"{random.randbytes(8).hex()},{number}\n" for number in range(200_000))
    put(tmp_path / "x.csv.gz", gzip.compress(f"a,b\n{lines}".encode()))
    assert reading(tmp_path).datasets["x.csv.gz",].rows == pytest.approx(200_000, rel=0.2)


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "quotes.csv": ('a,b\n1,"x\n2,y\n3,z"w"\n', "quotes are not closed"),
    "nul.csv": (b"a,b\n\x00\x01\x02", "not a text file"),
    "utf16be.csv": (codecs.BOM_UTF16_BE + "a,b\n1,2\n".encode("utf-16-be"), "Save it as UTF-8"),
    "utf32.csv": ("a,b\n1,2\n".encode("utf-32"), "Save it as UTF-8"),
    "cut.csv.gz": (gzip.compress(random.Random(1).randbytes(9999).hex().encode())[:500], "damaged or cut off"),
    "text.csv.gz": ("a,b\n1,2\n", "damaged or cut off"),
    "cut.json": ('{"a": 1', "not valid JSON"),
    "latin.json": ('{"a": "é"}'.encode("latin-1"), "Save it as UTF-8"),
    "text.parquet": ("a,b\n", "not a Parquet file"),
    "empty.parquet": ("", "not a Parquet file"),
    "short.parquet": (b"PAR1xxxxPAR1", "not a Parquet file"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_is_a_problem_and_the_rest_goes_on(tmp_path, name):
    content, words = BROKEN[name]
    put(tmp_path / name, content)
    put(tmp_path / "good.csv")
    harvest = reading(tmp_path)
    (problem,) = harvest.of(facts.Problem)
    assert (problem.path, words in problem.message) == ((name,), True), problem.message
    assert set(harvest.datasets) == {("good.csv",)}
    with pytest.raises(ObjectError, match="could not be looked at"):
        profile(tmp_path, name)


def test_ragged_lines_are_read_leniently_and_reported(tmp_path):
    put(tmp_path / "x.csv", "a,b\n1,2\n3\n4,5,6\n" * 5)
    harvest = reading(tmp_path)
    assert [name for name, _ in columns(harvest, "x.csv")][:2] == ["a", "b"]
    assert "different numbers of values" in messages(harvest)['"x.csv"']


def test_lines_that_are_no_json_are_passed_over_and_reported(tmp_path):
    put(tmp_path / "x.jsonl", '{"a": 1}\n{"a":\n{"a": 3}\n')
    harvest = reading(tmp_path)
    assert columns(harvest, "x.jsonl") == [("a", "integer")]
    assert "passed over: it is not valid JSON (line 3)" in messages(harvest)['"x.jsonl"']


@pytest.mark.parametrize("name", ["x.csv", "x.json", "x.jsonl"])
def test_an_empty_file_is_a_dataset_without_fields(tmp_path, name):
    put(tmp_path / name, "")
    harvest = reading(tmp_path)
    assert (harvest.datasets[name,].rows, columns(harvest, name), messages(harvest)) == (0, [], {})
    assert profile(tmp_path, name).rows_exact


def test_nested_json_becomes_nested_fields(tmp_path):
    put(tmp_path / "x.jsonl", '{"id": 1, "Id": 2, "b.c": {"l": [{"d": 1}]}, "n": null}\n{"id": 2}\n')
    harvest = reading(tmp_path)
    seen = [(one.position, one.parent, one.name, one.type) for one in harvest.about(facts.Field, "x.jsonl")]
    assert seen == [
        (1, "", "id", "integer"), (2, "", "Id", "integer"), (3, "", "b.c", "struct"), (4, '"b.c"', "l", "array"),
        (5, '"b.c".l', "d", "integer"), (6, "", "n", "unknown"),
    ]  # fmt: skip
    assert profile(tmp_path, "x.jsonl").rows[0][2] == '{"l":[{"d":1}]}'


def test_nested_parquet_becomes_nested_fields(tmp_path):
    struct = pa.struct([pa.field("z", pa.int32(), nullable=False)])
    schema = pa.schema([
        pa.field("id", pa.int64(), nullable=False), ("s", pa.struct([("l", pa.list_(pa.list_(struct)))])),
        ("m", pa.map_(pa.string(), struct)), ("tags", pa.list_(pa.string())),
    ])  # fmt: skip
    pq.write_table(pa.Table.from_pylist([{"id": 1, "tags": ["x"]}], schema), tmp_path / "x.parquet")
    seen = [(one.parent, one.name, one.type, one.nullable) for one in reading(tmp_path).about(facts.Field, "x.parquet")]
    assert seen == [
        ("", "id", "integer", False), ("", "s", "struct", True), ("s", "l", "array", True),
        ("s.l", "z", "integer", False), ("", "m", "map", True), ("m", "key", "string", False),
        ("m", "value", "struct", True), ("m.value", "z", "integer", False), ("", "tags", "array", True),
    ]  # fmt: skip


def test_fields_are_bounded_in_number_and_depth(tmp_path):
    deep = pa.int32()
    for _ in range(25):
        deep = pa.struct([("d", deep)])
    put_parquet(tmp_path / "deep.parquet", top=pa.array([None], deep))
    put_parquet(tmp_path / "wide.parquet", **{f"c{number}": [1] for number in range(10_050)})
    harvest = reading(tmp_path)
    assert (len(columns(harvest, "deep.parquet")), len(columns(harvest, "wide.parquet"))) == (21, 10_000)
    assert ["fields are left out" in message for message in messages(harvest).values()] == [True, True]


def test_of_columns_that_share_a_name_the_first_is_shown(tmp_path):
    table = pa.table([pa.array([1]), pa.array(["x"]), pa.array([2.5])], names=["a", "a", "nul\x00"])
    pq.write_table(table, tmp_path / "x.parquet")
    harvest = reading(tmp_path)
    assert columns(harvest, "x.parquet") == [("a", "integer"), ("nul\N{REPLACEMENT CHARACTER}", "float")]
    assert messages(harvest)['"x.parquet"'].endswith("only the first is shown: a.")


def test_rows_of_parquet_are_exact(tmp_path):
    for number in range(30):
        put_parquet(tmp_path / "t" / f"part-{number}.parquet", a=pa.array(range(number), pa.int64()))
    dataset = reading(tmp_path).datasets["t",]
    assert (dataset.rows, dataset.details["rows_exact"]) == (sum(range(30)), True)


def test_one_damaged_part_costs_only_itself(tmp_path):
    for number in range(3):
        put_parquet(tmp_path / "p" / f"part-{number}.parquet")
        put(tmp_path / "j" / f"part-{number}.jsonl", '{"a": 1}\n')
    put(tmp_path / "p" / "part-9.parquet", "rubbish")
    put(tmp_path / "j" / "part-9.jsonl", "rubbish that is [no JSON")
    harvest = reading(tmp_path)
    assert (columns(harvest, "p"), columns(harvest, "j")) == ([("a", "integer")], [("a", "integer")])
    assert set(messages(harvest)) == {'p."part-9.parquet"', 'j."part-9.jsonl"'}
    assert profile(tmp_path, "p").rows_read == 9


def test_parts_that_differ_show_all_columns_and_say_so(tmp_path):
    put_parquet(tmp_path / "t" / "part-0.parquet", a=pa.array([1], pa.int32()))
    put_parquet(tmp_path / "t" / "part-1.parquet", a=pa.array([1], pa.int64()), b=["x"])
    harvest = reading(tmp_path)
    assert [(one.name, one.native_type) for one in harvest.about(facts.Field, "t")] == [("a", "int64"), ("b", "string")]
    assert "differ in their columns" in messages(harvest)["t"]


def test_a_profile_counts_values_and_hides_bytes(tmp_path):
    put_parquet(tmp_path / "x.parquet", n=[1, 2, 2, None], w=["a", "b", "b", None], b=[b"xy", None, None, None])
    found = profile(tmp_path, "x.parquet")
    n, w, b = found.fields
    assert (n.nulls, n.distinct, n.minimum, n.maximum, n.frequent[0]) == (1, 2, "1", "2", ("2", 2))
    assert (w.frequent, b.nulls, b.distinct) == ((("b", 2), ("a", 1)), 3, None)
    assert found.rows[0] == ("1", "a", "<2 bytes>")


def test_a_profile_keeps_to_its_rows_and_characters(tmp_path):
    put(tmp_path / "x.csv", "a,b\n" + f"1,{'x' * 500}\n" * 300)
    found = profile(tmp_path, "x.csv", brakes=Brakes(profile_rows=50, sample_rows=3, value_characters=10), rows=299)
    assert (found.rows_read, found.rows_total, found.rows_exact, len(found.rows)) == (50, 299, False, 3)
    assert found.rows[0][1] == "xxxxxxxxx…"


def test_a_profile_of_partitions_has_their_keys(tmp_path):
    put(tmp_path / "e" / "dt=2026-01-01" / "x.csv")
    found = profile(tmp_path, "e")
    assert (found.columns, found.rows) == (("a", "b", "dt"), (("1", "2", "2026-01-01"),))


def test_a_wide_file_is_profiled_in_pieces(tmp_path):
    put_parquet(tmp_path / "x.parquet", **{f"c{number}": [number, None] for number in range(100)})
    found = profile(tmp_path, "x.parquet")
    assert (found.rows[0], len(found.fields)) == (tuple(str(number) for number in range(100)), 100)


def test_an_error_about_values_does_not_quote_them(tmp_path):
    duck = Duck(tmp_path, 5)
    with pytest.raises(duckdb.Error, match="hush") as caught:
        duck.rows("SELECT CAST('hush' AS INTEGER)")
    duck.close()
    assert reason(caught.value) == "a value does not fit the type of its column"


def test_a_statement_that_takes_too_long_is_stopped(tmp_path):
    duck = Duck(tmp_path, 1)
    with pytest.raises(duckdb.InterruptException):
        duck.rows("SELECT count(*) FROM range(100000000000) a WHERE a.range % 7 = 3")
    duck.close()


def test_duckdb_reaches_nothing_outside_the_folder(tmp_path):
    (tmp_path / "root").mkdir()
    secret = put(tmp_path / "secret.csv")
    duck = Duck(tmp_path / "root", 5)
    for path in (str(secret), f"{tmp_path}/root/../secret.csv", "https://127.0.0.1:1/x.csv"):
        with pytest.raises(duckdb.Error):
            duck.rows(f"FROM {function('read_csv', [path])}")
    for statement in ("SET threads = 8", f"COPY (SELECT 1) TO '{tmp_path}/out.csv'", "INSTALL httpfs"):
        with pytest.raises(duckdb.Error):
            duck.rows(statement)
    duck.close()


def test_the_schema_of_thousands_of_parts_comes_from_a_few(tmp_path, monkeypatch):
    first = put_parquet(tmp_path / "t" / "part-00000.parquet")
    for number in range(1, 3000):
        os.link(first, tmp_path / "t" / f"part-{number:05}.parquet")
    opened: list[str] = []
    read = pq.read_schema

    def read_and_count(path, **options):
        opened.append(path)
        return read(path, **options)

    monkeypatch.setattr(pq, "read_schema", read_and_count)
    dataset = reading(tmp_path).datasets["t",]
    assert (dataset.rows, dataset.details["rows_exact"], len(opened)) == (9000, False, 20)
