"""Which files make up which dataset."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harvest import facts
from harvest.connectors.base import Brakes, ConnectorError, DatasetTarget, ObjectError, Scope
from harvest.connectors.files import FilesConnector
from harvest.connectors.files.config import FilesConfig
from tests.connectors.reading import Harvest


def put(path: Path, content: str | bytes = "a,b\n1,2\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def put_parquet(path: Path, **columns) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns or {"a": [1, 2, 3]}), path)
    return path


def reading(path: Path, brakes: Brakes | None = None, scope: Scope | None = None) -> Harvest:
    with FilesConnector(FilesConfig.from_url(str(path)), brakes or Brakes()) as connector:
        harvest = Harvest(connector.facts(scope or Scope()))
        assert scope or set(harvest.datasets) <= set(connector.names())
        return harvest


def messages(harvest: Harvest) -> dict[str, str]:
    return {problem.object: problem.message for problem in harvest.of(facts.Problem)}


def test_a_file_is_a_dataset_under_its_whole_name(tmp_path):
    put(tmp_path / "a.csv")
    put(tmp_path / "a.json", '{"a": 1}')
    put(tmp_path / "deep" / "er" / "b.csv")
    harvest = reading(tmp_path)
    assert set(harvest.datasets) == {("a.csv",), ("a.json",), ("deep", "er", "b.csv")}
    assert [one.path for one in harvest.of(facts.Container)] == [(), ("deep",), ("deep", "er")]


def test_size_and_time_are_the_files(tmp_path):
    path = put(tmp_path / "a.csv")
    dataset = reading(tmp_path).datasets["a.csv",]
    assert (dataset.size, dataset.modified_at.timestamp()) == (8, pytest.approx(path.stat().st_mtime, abs=1e-3))


def test_a_single_file_may_be_the_source(tmp_path):
    put(tmp_path / "other.csv")
    assert set(reading(put(tmp_path / "a.csv")).datasets) == {("a.csv",)}


def test_folders_of_partitions_are_one_dataset_with_a_field_for_each_key(tmp_path):
    put_parquet(tmp_path / "events" / "dt=2026-01-01" / "r=eu" / "x.parquet")
    put_parquet(tmp_path / "events" / "dt=2026-01-02" / "r=us" / "x.parquet")
    harvest = reading(tmp_path)
    dataset = harvest.datasets["events",]
    assert (dataset.partition_key, dataset.rows, dataset.details["files"]) == ("dt, r", 6, 2)
    seen = [(one.name, one.type, one.details) for one in harvest.about(facts.Field, "events")]
    assert seen == [
        ("a", "integer", None),
        ("dt", "date", {"partition": True, "partition_position": 1}),
        ("r", "string", {"partition": True, "partition_position": 2}),
    ]


def test_a_root_of_partitions_is_one_dataset_under_its_own_name(tmp_path):
    put(tmp_path / "events" / "n=1" / "x.csv")
    assert set(reading(tmp_path / "events").datasets) == {("events",)}


def test_what_lies_beside_partitions_is_reported(tmp_path):
    put(tmp_path / "e" / "dt=1" / "x.csv")
    put(tmp_path / "e" / "dt=2" / "x.json", "{}")
    put(tmp_path / "e" / "stray.csv")
    harvest = reading(tmp_path)
    assert [("beside" in message, "differ" in message) for message in
            (problem.message for problem in harvest.of(facts.Problem))] == [(True, False), (False, True)]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "part-0000{}.parquet",
        "part-0000{}-3f2504e0-4f89-11d3-9a0c-0305e82c3301-c000.snappy.parquet",
        "00000{}_0.parquet",
        "2026-01-0{}.parquet",
        "data_{}.parquet",
    ],
)
def test_a_folder_of_numbered_parts_is_one_dataset(tmp_path, name):
    for number in (1, 2, 3):
        put_parquet(tmp_path / "orders" / name.format(number))
    put(tmp_path / "orders" / "_SUCCESS", "")
    harvest = reading(tmp_path)
    assert {path: one.rows for path, one in harvest.datasets.items()} == {("orders",): 9}


def test_many_numbered_files_with_one_header_are_one_dataset_among_others(tmp_path):
    for number in range(12):
        put(tmp_path / "in" / f"export_{number}.csv")
    put(tmp_path / "in" / "customers.csv")
    assert set(reading(tmp_path).datasets) == {("in", "export_*.csv"), ("in", "customers.csv")}


def test_numbered_files_with_other_headers_stay_apart(tmp_path):
    for number in range(12):
        put(tmp_path / f"report_{number}.csv", f"a,b{number}\n1,2\n")
    assert len(reading(tmp_path).datasets) == 12


def test_what_is_no_data_is_passed_over_and_other_formats_are_reported_once(tmp_path):
    for name in ("README.md", "_SUCCESS", ".hidden.csv", ".a.parquet.crc", "run.log", "LICENSE"):
        put(tmp_path / name)
    put(tmp_path / "_delta_log" / "0.json", "{}")
    for number in range(7):
        put(tmp_path / f"sheet{number}.xlsx")
    harvest = reading(tmp_path)
    assert harvest.datasets == {}
    (problem,) = harvest.of(facts.Problem)
    assert '"sheet4.xlsx" and 2 more' in problem.message


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    secret = put(tmp_path / "secret" / "a.csv")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "file.csv").symlink_to(secret)
    (tmp_path / "root" / "folder").symlink_to(secret.parent)
    harvest = reading(tmp_path / "root")
    assert harvest.datasets == {}
    assert [("outside" in text) for text in messages(harvest).values()] == [True, True]


def test_links_within_the_folder_show_nothing_twice_and_never_lead_round(tmp_path):
    put(tmp_path / "a" / "x.csv")
    put(tmp_path / "_kept" / "y.csv")
    (tmp_path / "again").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "current").symlink_to(tmp_path / "_kept")
    assert set(reading(tmp_path).datasets) == {("a", "x.csv"), ("current", "y.csv")}


def test_a_link_that_leads_nowhere_is_reported(tmp_path):
    (tmp_path / "x.csv").symlink_to(tmp_path / "none")
    assert "leads nowhere" in messages(reading(tmp_path))['"x.csv"']


def test_names_may_hold_any_sign(tmp_path):
    names = ["a[1].csv", "a1.csv", "q'\"? x*.csv", "😀.csv", "a%b.csv", "new\nline.csv", "back\\slash.csv"]
    for number, name in enumerate(names):
        put(tmp_path / "folder.with'quote" / name, f"c{number}\n1\n")
    harvest = reading(tmp_path)
    seen = {path[-1]: harvest.about(facts.Field, *path)[0].name for path in harvest.datasets}
    assert seen == {name: f"c{number}" for number, name in enumerate(names)}


def test_a_name_that_is_no_utf8_is_reported(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv")).write_text("a\n1\n")
    assert list(messages(reading(tmp_path)).values()) == ["Its name is not UTF-8. Rename it."]


def test_scope_keeps_files_from_being_opened(tmp_path):
    put(tmp_path / "in" / "good.csv")
    put(tmp_path / "out" / "bad.parquet", "rubbish")
    harvest = reading(tmp_path, scope=Scope(include=("in.*",)))
    assert (set(harvest.datasets), harvest.of(facts.Problem)) == ({("in", "good.csv")}, [])


def test_the_signature_changes_with_any_file_and_only_then(tmp_path):
    path = put(tmp_path / "deep" / "a.csv")
    with FilesConnector(FilesConfig(path=str(tmp_path)), Brakes()) as connector:
        seen = [connector.signature(), connector.signature()]
        os.utime(path, ns=(1, 1))
        seen.append(connector.signature())
        put(tmp_path / "b.csv")
        seen.append(connector.signature())
        (tmp_path / "b.csv").rename(tmp_path / "c.csv")
        seen.append(connector.signature())
    assert seen[0] == seen[1]
    assert len(set(seen)) == 4


def test_a_source_outside_the_allowed_folders_is_refused(tmp_path):
    (tmp_path / "allowed").mkdir()
    (tmp_path / "allowed" / "link").symlink_to(tmp_path)
    for path in (tmp_path, tmp_path / "allowed" / "link", tmp_path / "allowed" / ".."):
        with pytest.raises(ConnectorError, match="outside the folders") as caught:
            reading(path, Brakes(file_roots=(str(tmp_path / "allowed"),)))
        assert caught.value.part == "rights"


@pytest.mark.parametrize(("name", "part"), [("none", "missing"), ("text.docx", "format")])
def test_a_source_that_cannot_be_read_is_explained(tmp_path, name, part):
    put(tmp_path / "text.docx")
    with pytest.raises(ConnectorError) as caught:
        reading(tmp_path / name)
    assert caught.value.part == part


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///data/in", "/data/in"),
        ("/data/in", "/data/in"),
        ("file:///a%20b", "/a b"),
        ("file://localhost/x", "/x"),
    ],
)
def test_a_url_or_a_bare_path_names_the_folder(url, path):
    assert FilesConfig.from_url(url).path == path


@pytest.mark.parametrize("url", ["data/in", "file://host/data", "file:data", ""])
def test_a_url_that_names_no_absolute_path_is_refused(url):
    with pytest.raises(ValueError, match=r"path|slashes"):
        FilesConfig.from_url(url)


def test_a_dataset_that_is_gone_cannot_be_profiled(tmp_path):
    with (
        FilesConnector(FilesConfig(path=str(tmp_path)), Brakes()) as connector,
        pytest.raises(ObjectError, match="no longer there"),
    ):
        connector.profile(DatasetTarget(("x.csv",), "file_set", ()))
