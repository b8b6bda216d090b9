"""A table edited in the browser: a page of it at a time, saved as a file of the same rows would be."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core import signing
from django.core.exceptions import BadRequest
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from catalog.models import Edit
from catalog.tabular.importing import NotTaken, Plan, Refusal, import_table
from catalog.views.page import reader
from catalog.views.tables import editable, undo_of
from core.api.problems import BadParameters, errors_of
from core.paging import keyset_page
from core.tabular.asking import query_of
from core.tabular.collections import PREFIX, Kind
from core.tabular.reading import Given
from core.toasts import notify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from core.paging import Page
    from core.requests import Request
    from core.tabular.collections import Collection, Column
    from permissions.models import User

ROWS = 25
USUAL = 4  # columns, where nobody chose others
MOST = 12
SALT = "catalog.table_grid"
CHANGED = "Somebody else changed this meanwhile, to: "


class Cell(NamedTuple):
    """One cell to edit; `problem` says why what was typed is not taken."""

    name: str
    column: Column
    text: str
    problem: str = ""


class Row(NamedTuple):
    key: tuple[str, ...]
    problem: str
    cells: list[Cell]


@require_http_methods(["GET", "POST"])
def grid(request: Request, name: str) -> HttpResponse:
    """A page of a table; what is typed into it is saved together, or not at all."""
    person = reader(request)
    collection = editable(person, name)
    columns = _columns(request, collection)
    page = _page(request, person, collection, columns)
    if request.method == "GET":
        return _shown(request, collection, columns, page, [_row(collection, columns, one) for one in page.items])
    try:
        plan = _save(request, person, collection, columns)
    except NotTaken as error:
        rows = [_row(collection, columns, one, request.POST, error.plan.refusals) for one in page.items]
        return _shown(request, collection, columns, page, rows, error.plan)
    told = f"{plan.changed:,} row{'' if plan.changed == 1 else 's'} saved." if plan.changed else "Nothing had changed."
    notify(request, told, undo=undo_of(plan))
    return redirect(request.get_full_path())


def _columns(request: Request, collection: Collection) -> list[Column]:
    can = [column for column in collection.columns if column.fact]
    wanted = request.GET.getlist("column")
    return [column for column in can if column.name in wanted][:MOST] or can[:USUAL]


def _page(request: Request, person: User, collection: Collection, columns: list[Column]) -> Page[Any]:
    """The rows that the address asks for. Raises `BadRequest`."""
    query = request.GET.copy()
    cursor = query.pop("cursor", [""])[0] or None
    query.pop("column", None)
    try:
        wanted = query_of(collection).read(query)
    except BadParameters as error:
        raise BadRequest(" ".join(one["detail"] for one in errors_of(error))) from error
    rows = collection.with_cells(person, wanted, _read(collection, columns))
    return keyset_page(rows, order=collection.order, cursor=cursor, size=ROWS)


def text_of(row: Any, column: Column) -> str:
    value = getattr(row, f"{PREFIX}{column.name}")
    if column.kind is Kind.NAMES:
        return " ".join(value or ())
    if column.kind is Kind.MOMENT:
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if value else ""
    return "" if value is None else str(value)


def _row(
    collection: Collection, columns: list[Column], row: Any, typed: Mapping[str, str] | None = None,
    refusals: list[Refusal] | None = None,
) -> Row:  # fmt: skip
    problems = {one.column: one.reason for one in refusals or () if one.line == row.pk}
    cells = []
    for column in columns:
        name, text = f"{row.pk}.{column.name}", text_of(row, column)
        shown = typed.get(name, text) if typed is not None else text
        cells.append(Cell(name, column, shown, problems.get(column.name, "")))
    key = tuple(text_of(row, collection.column(part)) for part in collection.key)
    return Row(key, problems.get("", ""), cells)


def _save(request: Request, person: User, collection: Collection, columns: list[Column]) -> Plan:
    """Import what was typed into cells; all others stay as they are now. Raises `NotTaken`."""
    was: dict[str, list[str]] = _told(request.POST.get("was", ""))
    with transaction.atomic():
        page = _of(person, collection, columns, list(map(int, was)))
        clashes, rows = [], []
        for row in page:
            texts = [text_of(row, collection.column(part)) for part in collection.key]
            for column, before in zip(columns, was[str(row.pk)], strict=True):
                now = text_of(row, column)
                typed = request.POST.get(f"{row.pk}.{column.name}", before).replace("\r\n", "\n")
                changed = typed != before.replace("\r\n", "\n")
                if changed and now not in (before, typed):
                    clashes.append(Refusal(row.pk, column.name, f"{CHANGED}{now[:200]}"))
                texts.append(typed if changed else now)
            rows.append((row.pk, texts))
        if clashes:
            raise NotTaken(Plan(rows=len(rows), refused=len(clashes), refusals=clashes), "Nothing was saved.")
        names = (*collection.key, *(column.name for column in columns))
        given = Given(names, iter(rows))
        return import_table(actor=person, collection=collection, given=given, origin=Edit.Origin.PAGE)


def _of(person: User, collection: Collection, columns: list[Column], ids: list[int]) -> list[Any]:
    """The rows of some ids, as they are now, those that nobody else writes meanwhile."""
    rows = collection.with_cells(person, {}, _read(collection, columns)).filter(pk__in=ids)
    return list(rows.order_by(*collection.order))


def _read(collection: Collection, columns: list[Column]) -> list[Column]:
    return [*(collection.column(part) for part in collection.key), *columns]


def _told(signed: str) -> dict[str, list[str]]:
    try:
        told: dict[str, list[str]] = signing.loads(signed, salt=SALT)
    except signing.BadSignature as error:
        raise BadRequest("The page is not whole. Open the table again.") from error
    return told


def _shown(
    request: Request, collection: Collection, columns: list[Column], page: Page[Any], rows: list[Row],
    plan: Plan | None = None,
) -> HttpResponse:  # fmt: skip
    was = {str(one.pk): [text_of(one, column) for column in columns] for one in page.items}
    if plan and request.method == "POST":  # what was typed is still compared with what was read first
        was = _told(request.POST.get("was", ""))
    context = {
        "collection": collection,
        "columns": columns,
        "choices": [column for column in collection.columns if column.fact],
        "page": page,
        "rows": rows,
        "plan": plan,
        "was": signing.dumps(was, salt=SALT, compress=True),
        "heads": collection.key,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if plan else HTTPStatus.OK
    return render(request, "catalog/tables/grid.html", context, status=status)
