"""Datasets: the list of them, and one by its id or its key."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Lower
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.curation import CONFLICT, DatasetFacts, WrittenSerializer, write
from catalog.api.dataset_detail import DatasetDetailSerializer, detail_of, details
from catalog.api.examples import DATASETS
from catalog.api.parts import DomainRefSerializer, IdentitySerializer, TagRefSerializer, told_of
from catalog.models import Dataset, DatasetTag
from catalog.querysets import DatasetQuerySet
from core.api.lists import answer, page_of, read_page
from core.api.query import ListQuery, flag, many, many_of, text
from core.api.views import ApiView
from permissions.api import PersonSerializer, reader
from permissions.gate import find
from permissions.models import User


class DatasetSerializer(IdentitySerializer):
    """A dataset in a list; of one that is closed to you, what names it."""

    description = serializers.CharField(required=False, help_text="A person's text, or else the source's; Markdown.")
    domain = DomainRefSerializer(source="effective_domain", required=False, allow_null=True)
    owner = PersonSerializer(required=False, allow_null=True)
    steward = PersonSerializer(required=False, allow_null=True)
    tags = TagRefSerializer(many=True, required=False)

    class Meta(IdentitySerializer.Meta):
        fields = (
            *IdentitySerializer.Meta.fields, "description", "domain", "owner", "steward", "tags", "lifecycle",
            "certified_at", "row_estimate", "size_bytes", "popularity", "source_modified_at", "archived_at",
        )  # fmt: skip
        extra_kwargs = {
            name: {"required": False}
            for name in ("lifecycle", "certified_at", "row_estimate", "size_bytes", "popularity", "archived_at")
        } | {"source_modified_at": {"required": False, "help_text": "When its data last changed, as the source says."}}

    def to_representation(self, instance: Dataset) -> dict[str, Any]:
        if instance.pk in self.context["closed"]:
            return dict(IdentitySerializer(instance, context=self.context).data)
        told = dict(super().to_representation(instance))
        return told if instance.domain_known_to(self.context["viewer"]) else told | {"domain": None}


class DatasetQuery(ListQuery):
    source = many("Short name of a source.")  # type: ignore[assignment]
    domain = many("Short name of a domain; a dataset without one has its source's.")
    kind = many_of(Dataset.Kind.choices, "What it is.")
    tag = many("Short name of a tag, among datasets that you may read.")
    owner = many("Username of the owner.")
    certified = flag("Certified or not.")
    archived = flag("Gone from the source, or still there; both when not given.")
    name = text("How the name begins, in any case.")


class DatasetsView(ApiView):
    """The list of datasets."""

    query = DatasetQuery

    @extend_schema(
        operation_id="datasets", tags=["datasets"], responses=page_of(DatasetSerializer), examples=[DATASETS]
    )
    def get(self, request: Request) -> Response:
        """Datasets that you may know of, in the order in which they came; `search` sorts by name."""
        person = reader(request)
        datasets = Dataset.objects.visible_to(person).with_context().prefetch_related("tags").defer("sql", "details")
        page = read_page(_narrowed(datasets, person, self.wanted), self.wanted, order=("pk",))
        told = DatasetSerializer(page.items, many=True, context=told_of(person, page.items))
        return answer(request, page, told.data)


def _narrowed(datasets: DatasetQuerySet, person: User, wanted: dict[str, Any]) -> DatasetQuerySet:
    plain = {
        "source": "source__slug__in",
        "kind": "kind__in",
        "owner": "owner__username__in",
        "name": "name__istartswith",
    }
    datasets = datasets.filter(**{lookup: wanted[name] for name, lookup in plain.items() if wanted.get(name)})
    for name, column in (("certified", "certified_at__isnull"), ("archived", "archived_at__isnull")):
        if name in wanted:
            datasets = datasets.filter(**{column: not wanted[name]})
    if domains := wanted.get("domain"):
        datasets = datasets.filter(Q(domain__slug__in=domains) | Q(domain=None, source__domain__slug__in=domains))
    if tags := wanted.get("tag"):
        marked = DatasetTag.objects.filter(tag__slug__in=tags, dataset__in=Dataset.objects.readable_by(person))
        datasets = datasets.filter(pk__in=marked.values("dataset"))
    return datasets


class DatasetView(ApiView):
    """One dataset, by its id."""

    @extend_schema(operation_id="dataset", tags=["datasets"], responses=DatasetDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """All that you may know of a dataset."""
        person = reader(request)
        return Response(detail_of(person, find(details(), person, pk=pk), request))

    @extend_schema(
        operation_id="dataset_edit", tags=["curation"], request=DatasetFacts,
        responses={200: WrittenSerializer, 409: CONFLICT},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """Write what people say of a dataset; what is left out stays."""
        return write(request, find(Dataset.objects.select_related("source"), reader(request), pk=pk), DatasetFacts)


class DatasetByKeyView(ApiView):
    """One dataset, by its key."""

    @extend_schema(operation_id="dataset_by_key", tags=["datasets"], responses=DatasetDetailSerializer)
    def get(self, request: Request, key: str) -> Response:
        """All that you may know of the dataset with this key, as `shop.public.orders`.

        A key that no dataset has is taken in any case, where that names a single one.
        """
        person = reader(request)
        return Response(detail_of(person, find(details(), person, **_named(person, key)), request))


def _named(person: User, key: str) -> dict[str, Any]:
    """The lookup of the dataset that is called so, or of the only one that is when case does not matter."""
    known = Dataset.objects.visible_to(person)
    if not known.filter(key=key).exists():
        alike = known.filter(folded_key=Lower(Value(key))).values_list("pk", flat=True)[:2]
        if len(alike) == 1:
            return {"pk": alike[0]}
    return {"key": key}
