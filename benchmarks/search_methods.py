"""The ways of searching that `search_quality` compares, over one collection; runs inside a scratch catalog."""

from __future__ import annotations

import gzip
import importlib.util
import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

import bm25s
import snowballstemmer
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from catalog.models import Dataset
from catalog.search.feed import catch_up
from core.copying import copy_lines, encode_row
from permissions.models import User

# In these the tags name the task a table belongs to: they would give the answer away.
TELLING_TAGS = ("spider2-lite", "tables-union")
HITS = 100
_WORD = re.compile(r"\w+")

Ranked = dict[str, list[str]]


def measure(folder: Path) -> dict[str, Any]:
    """Load the collection in `folder`, answer its questions in each way and score them."""
    documents = _documents(folder)
    questions = _questions(folder)
    scorer = _scorer(folder.parent)
    ways: dict[str, Callable[..., Ranked]] = {"concord": _concord, "bm25": _bm25, "ts_rank": _ts_rank}
    found: dict[str, Any] = {"questions": len(questions), "datasets": len(documents)}
    for name, way in ways.items():
        timer: list[float] = []
        means, _ = scorer.score(str(folder), way(documents, questions, timer), "dev")
        found[name] = [means["nDCG@10"], means["MRR"], timer[0] * 1000 / len(questions)]
    return found


def _documents(folder: Path) -> list[dict[str, Any]]:
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as file:
        documents = [json.loads(line) for line in file]
    for document in documents:
        if folder.name in TELLING_TAGS:
            document["tags"] = []
    return documents


def _questions(folder: Path) -> dict[str, str]:
    wanted = set((folder / "dev.qids").read_text().split())
    with (folder / "queries.jsonl").open(encoding="utf-8") as file:
        asked = map(json.loads, file)
        return {line["id"]: line["text"] for line in asked if line["id"] in wanted}


def _scorer(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("relevance_score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"There is no score.py in {folder}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _concord(documents: list[dict[str, Any]], questions: dict[str, str], timer: list[float]) -> Ranked:
    """Ask Concord by its commands."""
    scratch = Path(settings.CONCORD_DATA_DIR)
    scratch.mkdir(parents=True, exist_ok=True)
    given, asked, run = scratch / "docs.jsonl", scratch / "questions.jsonl", scratch / "run.tsv"
    given.write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    asked.write_text("\n".join(json.dumps({"id": key, "text": text}) for key, text in questions.items()))
    User.objects.create_superuser("bench")
    with (scratch / "out").open("w") as out:
        call_command("load_datasets", str(given), source="bench", stdout=out, stderr=out)
        catch_up(rebuild=True)
        started = perf_counter()
        call_command("search", input=asked, output=run, source="bench", limit=HITS, stdout=out)
        timer.append(perf_counter() - started)
    names = {" ".join(key.split()): given for key, given in Dataset.objects.values_list("key", "details__id")}
    ranked: Ranked = {key: [] for key in questions}
    for line in run.read_text(encoding="utf-8").splitlines():
        question, key, _, _ = line.split("\t")
        ranked[question].append(names[key])
    return ranked


def _text(document: dict[str, Any]) -> str:
    fields = (" ".join(str(part) for part in field.values()) for field in _bare(document["fields"]))
    parts = (document["title"], document["id"] if document.get("container") else "", document.get("container", ""))
    return " ".join([*parts, *document["tags"], document.get("owner", ""), document["description"], *fields])


def _bare(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in field.items() if key != "type"} for field in fields]


def _bm25(documents: list[dict[str, Any]], questions: dict[str, str], timer: list[float]) -> Ranked:
    """Plain BM25 by `bm25s`: English words without stop words, stemmed, all the text in one field."""
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    stem, quiet = snowballstemmer.stemmer("english").stemWords, {"show_progress": False}
    retriever = bm25s.BM25(k1=1.5, b=0.75)
    texts = bm25s.tokenize([_text(document) for document in documents], stopwords="en", stemmer=stem, **quiet)
    retriever.index(texts, **quiet)
    ids, started, ranked = [document["id"] for document in documents], perf_counter(), {}
    for key, text in questions.items():
        words = bm25s.tokenize([text], stopwords="en", stemmer=stem, return_ids=False, **quiet)
        found, scores = retriever.retrieve(words, k=min(HITS, len(ids)), **quiet)
        ranked[key] = [ids[number] for number, score in zip(found[0], scores[0], strict=True) if score > 0]
    timer.append(perf_counter() - started)
    return ranked


def _ts_rank(documents: list[dict[str, Any]], questions: dict[str, str], timer: list[float]) -> Ranked:
    """PostgreSQL's full-text search: any word, by `ts_rank`."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE given (number int, text text)")
        copy_lines("given", "number, text", [encode_row((n, _text(one)[:900_000])) for n, one in enumerate(documents)])
        cursor.execute(
            "CREATE TEMPORARY TABLE ready AS SELECT number, to_tsvector('english', text) AS words FROM given"
        )
        cursor.execute("CREATE INDEX ON ready USING gin (words); ANALYZE ready")
        started, ranked = perf_counter(), {}
        for key, text in questions.items():
            words = " or ".join(_WORD.findall(text))
            cursor.execute(
                "SELECT number FROM ready, websearch_to_tsquery('english', %s) q WHERE words @@ q"
                " ORDER BY ts_rank(words, q) DESC, number LIMIT %s", [words, HITS],
            )  # fmt: skip
            ranked[key] = [documents[number]["id"] for (number,) in cursor.fetchall()]
        timer.append(perf_counter() - started)
    return ranked
