"""What addresses may ask for: each form owns the query string of one page and ignores what it cannot read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, cast

from django import forms
from django.utils.http import urlencode

from catalog.models import Dataset, SavedSearch
from catalog.search.query import search
from catalog.search.results import Filters

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from catalog.querysets import DatasetQuerySet
    from catalog.search.results import Results, Sort
    from permissions.access import Viewer

LONGEST_QUERY = 200
MOST_VALUES = 50
MANY = ("source", "domain", "kind", "tag", "owner")
SORTS = (("", "Best match"), ("name", "Name"), ("freshness", "Changed last"), ("popularity", "Most used"))


class AddressForm(forms.Form):
    """A form in the address. A value that does not fit counts as not given: old links keep working."""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        return cls.read(request.GET)

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        form = cls(query)
        form.full_clean()
        for name, field in form.fields.items():
            form.cleaned_data.setdefault(name, field.clean(None))
        return form

    def text(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "").replace("\0", "").strip()


class StartForm(AddressForm):
    """From which row or column a long table is shown."""

    start = forms.IntegerField(required=False, min_value=0, max_value=1_000_000)

    @property
    def start_at(self) -> int:
        return self.cleaned_data["start"] or 0


class SchemaForm(StartForm):
    q = forms.CharField(required=False, max_length=LONGEST_QUERY)
    all = forms.BooleanField(required=False)


class HistoryForm(AddressForm):
    before = forms.IntegerField(required=False, min_value=1, max_value=2_000_000_000)


class ManyField(forms.Field):
    """Every value that the address gives under one name."""

    widget = forms.SelectMultiple

    def to_python(self, value: list[str] | None) -> tuple[str, ...]:
        given = (one.replace("\0", "")[:LONGEST_QUERY] for one in value or ())
        return tuple(dict.fromkeys(one for one in given if one))[:MOST_VALUES]


class SearchForm(AddressForm):
    """What is looked for, and what results are narrowed to."""

    q = forms.CharField(required=False)
    source = ManyField(required=False)
    domain = ManyField(required=False)
    kind = ManyField(required=False)
    tag = ManyField(required=False)
    owner = ManyField(required=False)
    certified = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=SORTS)
    view = forms.ChoiceField(required=False, choices=[("", "List"), ("table", "Table")])
    after = forms.CharField(required=False)

    def filters(self) -> Filters:
        many = {name: self.cleaned_data[name] for name in MANY}
        return Filters(**many, certified=True if self.cleaned_data["certified"] else None)

    def ask(self, viewer: Viewer, *, limit: int, after: str | None = None, facets: bool = True) -> Results:
        """Search for what the form says. Raises `core.paging.BadCursor`."""
        after = after or self.text("after") or None
        return search(
            viewer, self.text("q"), limit=limit, after=after, filters=self.filters(), facets=facets, explain=facets,
            sort=cast("Sort", self.text("sort") or "relevance"),
        )  # fmt: skip

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return self.filters() != Filters()

    @property
    def chosen(self) -> int:
        """How many filter values are set."""
        return sum(len(self.cleaned_data[name]) for name in MANY) + bool(self.cleaned_data["certified"])

    @property
    def query(self) -> str:
        """What is searched for as a query string: words, filters and sort, and not how it is shown."""
        return self.query_with(self.text("q"), self.filters())

    def query_with(self, text: str, filters: Filters) -> str:
        """The same with other words and filters."""
        pairs = [("q", text)] if text else []
        pairs += [(name, value) for name in MANY for value in getattr(filters, name)]
        pairs += [("certified", "1")] if filters.certified else []
        pairs += [("sort", self.text("sort"))] if self.text("sort") else []
        return urlencode(pairs)


class SaveForm(forms.ModelForm):  # type: ignore[type-arg]  # no subscript when run
    """A search to keep: its name, and when to be told of new matches."""

    class Meta:
        model = SavedSearch
        fields = ["name", "notify"]
        labels = {"notify": "Tell me of new datasets that match"}


class BrowseForm(AddressForm):
    """Narrows a list of datasets."""

    q = forms.CharField(required=False, max_length=LONGEST_QUERY)
    kind = forms.ChoiceField(required=False, choices=[("", "Any kind"), *Dataset.Kind.choices])
    archived = forms.BooleanField(required=False)
    product = forms.SlugField(required=False)
    cursor = forms.CharField(required=False)

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anything out that stands there."""
        return bool(self.text("q") or self.text("kind") or self.text("product"))

    def filtered(self, datasets: DatasetQuerySet) -> DatasetQuerySet:
        if not self.cleaned_data["archived"]:
            datasets = datasets.present()
        if kind := self.text("kind"):
            datasets = datasets.filter(kind=kind)
        if product := self.text("product"):
            datasets = datasets.filter(product__slug=product)
        for word in self.text("q").split():
            datasets = datasets.filter(name__icontains=word)
        return datasets
