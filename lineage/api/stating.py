"""Lineage that a person, or a program for them, states over REST."""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Dataset
from core.api.bodies import Body
from core.api.problems import Problem
from core.api.views import ApiView
from lineage.stating import LONGEST_REASON, state_upstream, withdraw_upstream
from permissions.api import reader
from permissions.gate import find
from permissions.models import User


class StatedBody(Body):
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="Why you say so.")


class StatedView(ApiView):
    """That one dataset reads from another, as people state it."""

    @extend_schema(
        operation_id="state_upstream", tags=["lineage"], request=StatedBody,
        responses={204: None, 409: OpenApiResponse(description="It says nothing: no reason, or a dataset of itself.")},
    )  # fmt: skip
    def put(self, request: Request, pk: int, upstream: int) -> Response:
        """State that the dataset reads from `upstream`. You need the duty to curate the dataset."""
        person, reason = reader(request), StatedBody.read(request)["reason"]
        dataset, other = _both(person, pk, upstream)
        try:
            state_upstream(actor=person, dataset=dataset, upstream=other, reason=reason)
        except ValidationError as error:
            raise Problem(HTTPStatus.CONFLICT, " ".join(error.messages)) from None
        return Response(status=HTTPStatus.NO_CONTENT)

    @extend_schema(operation_id="withdraw_upstream", tags=["lineage"], responses={204: None})
    def delete(self, request: Request, pk: int, upstream: int) -> Response:
        """Take back what people stated of the two; what others say stays."""
        person = reader(request)
        dataset, other = _both(person, pk, upstream)
        withdraw_upstream(actor=person, dataset=dataset, upstream=other)
        return Response(status=HTTPStatus.NO_CONTENT)


def _both(person: User, pk: int, upstream: int) -> tuple[Dataset, Dataset]:
    return find(Dataset.objects.all(), person, pk=pk), find(Dataset.objects.all(), person, pk=upstream)
