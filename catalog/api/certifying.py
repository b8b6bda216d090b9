"""Certificates over REST."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError as Invalid
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.certifying import LONGEST_NOTE, NotComplete, certify, withdraw
from catalog.models import Dataset, Edit
from core.api.bodies import Body
from core.api.problems import Problem
from core.api.views import ApiView
from permissions.api import PersonSerializer, reader
from permissions.gate import find

INCOMPLETE = OpenApiResponse(description="Something that certified data must have is missing; `detail` says what.")


class CertificateSerializer(serializers.Serializer[Dataset]):
    """Who vouches for a dataset; all null where nobody does."""

    at = serializers.DateTimeField(source="certified_at", allow_null=True)
    by = PersonSerializer(source="certified_by", allow_null=True)
    note = serializers.CharField(source="certification_note")
    until = serializers.DateField(source="certified_until", allow_null=True)


class CertifyBody(Body):
    note = serializers.CharField(max_length=LONGEST_NOTE, help_text="What was checked.")
    until = serializers.DateField(required=False, help_text="Within two years; in a year when not given.")


class WithdrawCertificateBody(Body):
    why = serializers.CharField(max_length=500, help_text="Those who rely on it are told.")


class CertificateView(ApiView):
    """The certificate of a dataset."""

    @extend_schema(
        operation_id="certify", tags=["curation"], request=CertifyBody,
        responses={200: CertificateSerializer, 409: INCOMPLETE},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Vouch for a dataset that you curate, once it has all that certified data must have; again renews."""
        person, dataset = reader(request), _dataset(request, pk)
        try:
            certify(actor=person, dataset=dataset, origin=Edit.Origin.API, **CertifyBody.read(request))
        except NotComplete as error:
            raise Problem(HTTPStatus.CONFLICT, str(error)) from error
        except Invalid as error:
            raise _told(error) from error
        return Response(CertificateSerializer(dataset).data)


class CertificateWithdrawView(ApiView):
    """Taking it back."""

    @extend_schema(
        operation_id="certificate_withdraw", tags=["curation"], request=WithdrawCertificateBody,
        responses=CertificateSerializer,
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Vouch for it no more; whoever answers for it or follows it is told why."""
        person, dataset = reader(request), _dataset(request, pk)
        given = WithdrawCertificateBody.read(request)
        try:
            withdraw(actor=person, dataset=dataset, why=given["why"], origin=Edit.Origin.API)
        except Invalid as error:
            raise _told(error) from error
        return Response(CertificateSerializer(dataset).data)


def _dataset(request: Request, pk: int) -> Dataset:
    people = ("certified_by", "domain__steward", "source__domain__steward")
    found: Any = Dataset.objects.with_context().select_related(*people)
    return find(found, reader(request), pk=pk)  # type: ignore[no-any-return]


def _told(error: Invalid) -> ValidationError:
    return ValidationError(error.message_dict if hasattr(error, "error_dict") else error.messages)
