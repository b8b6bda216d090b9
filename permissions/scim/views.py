"""The addresses below /scim/v2/."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response
from scim2_models import (
    Context,
    ListResponse,
    Meta,
    PatchOp,
    Resource,
    ResponseParameters,
    SearchRequest,
)

from permissions.scim import groups, people
from permissions.scim.base import ScimView
from permissions.scim.errors import Forbidden, NotThere
from permissions.scim.filters import Condition, UnknownAttribute
from permissions.scim.resources import MOST_RESULTS, PROVIDER, Group, User

USUAL_RESULTS = 100


class DiscoveryView(ScimView):
    """What can be asked here: one of the three discovery endpoints, whole or by the id of an entry."""

    kind = ""

    def get(self, request: Request, name: str = "") -> Response:
        if "filter" in request.query_params:
            raise Forbidden(detail="Discovery is not filtered.")
        found = {"Schemas": PROVIDER.schemas, "ResourceTypes": PROVIDER.resource_types}[self.kind]
        listed = [_located(one, f"{self.kind}/{one.id}", request) for one in found]
        if name:
            one = next((one for one in listed if str(one.id) == name), None)
            if one is None:
                raise NotThere
            return Response(one.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))
        page: Any = ListResponse[type(found[0])](  # type: ignore[misc, operator]
            total_results=len(listed), start_index=1, items_per_page=len(listed), resources=listed
        )
        return Response(page.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


class ConfigView(ScimView):
    """What this service can do."""

    def get(self, request: Request) -> Response:
        config = _located(PROVIDER.config, "ServiceProviderConfig", request)
        return Response(config.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


class ResourcesView(ScimView):
    """The resources of one kind: listing and making them."""

    kind: Any = User
    module: Any = people

    def get(self, request: Request) -> Response:
        wanted = SearchRequest[self.kind].model_validate(_parameters(request))  # type: ignore[name-defined]
        found: QuerySet[Any] = self.rows()
        if wanted.filter:
            found = found.filter(Condition(self.module.COLUMNS).visit(wanted.filter.ast)).distinct()
        start = wanted.start_index_0 or 0
        count = min(USUAL_RESULTS if wanted.count is None else wanted.count, MOST_RESULTS)
        rows = list(found[start : start + count]) if start < 2**31 else []
        page = ListResponse[self.kind](  # type: ignore[name-defined]
            total_results=found.count(), start_index=start + 1, items_per_page=len(rows),
            resources=[self.module.told(row, _at(request)) for row in rows],
        )  # fmt: skip
        return Response(page.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=wanted))

    def post(self, request: Request) -> Response:
        wanted = self.kind.model_validate(request.data, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
        made = self.module.create(actor=request.user, wanted=wanted)
        data = self.answer(request, made.pk, Context.RESOURCE_CREATION_RESPONSE)
        return Response(data, status=HTTPStatus.CREATED, headers={"Location": data["meta"]["location"]})

    def rows(self) -> QuerySet[Any]:
        return people.people() if self.kind is User else groups.groups()

    def answer(self, request: Request, pk: int, context: Context) -> dict[str, Any]:
        """What is told of the resource as it is now, with the attributes that were asked for."""
        asked = ResponseParameters[self.kind].model_validate(_parameters(request))  # type: ignore[name-defined]
        shown = self.module.told(self.rows().get(pk=pk), _at(request))
        data: dict[str, Any] = shown.model_dump(scim_ctx=context, response_parameters=asked)
        return data


class ResourceView(ResourcesView):
    """One resource: reading, replacing, patching and deleting it."""

    http_method_names = ["get", "put", "patch", "delete", "options"]

    def get(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        return Response(self.answer(request, self._find(pk).pk, Context.RESOURCE_QUERY_RESPONSE))

    def put(self, request: Request, pk: str) -> Response:
        row = self._find(pk)
        wanted = self.kind.model_validate(request.data, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
        wanted.replace(self.module.told(row, _at(request)))
        return self._changed(request, row, wanted, Context.RESOURCE_REPLACEMENT_RESPONSE)

    def patch(self, request: Request, pk: str) -> Response:
        row = self._find(pk)
        patch = PatchOp[self.kind].model_validate(  # type: ignore[name-defined]
            request.data, scim_ctx=Context.RESOURCE_PATCH_REQUEST
        )
        wanted: Resource[Any] = self.module.told(row, _at(request))
        patch.patch(wanted)
        return self._changed(request, row, wanted, Context.RESOURCE_PATCH_RESPONSE)

    def delete(self, request: Request, pk: str) -> Response:
        row = self._find(pk)
        self.module.delete(actor=request.user, **{self._name: row})
        return Response(status=HTTPStatus.NO_CONTENT)

    @property
    def _name(self) -> str:
        return "person" if self.kind is User else "team"

    def _changed(self, request: Request, row: Any, wanted: Any, context: Context) -> Response:
        self.module.change(actor=request.user, wanted=wanted, **{self._name: row})
        return Response(self.answer(request, row.pk, context))

    def _find(self, pk: str) -> Any:
        found = self.rows().filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
        if found is None:
            raise NotThere
        return found


class SearchView(ScimView):
    """Both kinds at once (RFC 7644, 3.4.3): people first. A filter on what only one kind has finds only that kind."""

    def post(self, request: Request) -> Response:
        wanted = SearchRequest[User | Group].model_validate(request.data, scim_ctx=Context.SEARCH_REQUEST)
        start = wanted.start_index_0 or 0
        left = min(USUAL_RESULTS if wanted.count is None else wanted.count, MOST_RESULTS)
        total, shown = 0, list[Any]()
        for module, rows in ((people, people.people()), (groups, groups.groups())):
            found = self._matching(rows, module.COLUMNS, wanted)
            first = max(0, start - total)
            page = list(found[first : first + left]) if first < 2**31 else []
            total, left = total + found.count(), left - len(page)
            shown += [module.told(row, _at(request)) for row in page]
        answer = ListResponse[User | Group](
            total_results=total, start_index=start + 1, items_per_page=len(shown), resources=shown
        )
        return Response(answer.model_dump(scim_ctx=Context.SEARCH_RESPONSE, response_parameters=wanted))

    def _matching(self, rows: QuerySet[Any], columns: dict[str, str], wanted: Any) -> QuerySet[Any]:
        if not wanted.filter:
            return rows
        try:
            return rows.filter(Condition(columns).visit(wanted.filter.ast)).distinct()
        except UnknownAttribute:
            return rows.none()


class NothingView(ScimView):
    """Every address below /scim/ that is none."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotThere


def _parameters(request: Request) -> dict[str, Any]:
    return dict(request.query_params.items())


def _at(request: Request) -> Callable[[str, int], str]:
    root = request.build_absolute_uri(reverse("scim:config")).rpartition("/")[0]
    return lambda kind, pk: f"{root}/{kind}/{pk}"


def _located(resource: Any, path: str, request: Request) -> Any:
    root = request.build_absolute_uri(reverse("scim:config")).rpartition("/")[0]
    copied = resource.model_copy(deep=True)
    copied.meta = Meta(resource_type=type(resource).__name__, location=f"{root}/{path}")
    return copied


USERS = {"kind": User, "module": people}
GROUPS = {"kind": Group, "module": groups}
