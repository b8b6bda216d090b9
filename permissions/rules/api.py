"""Rules over REST."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.bodies import PLAIN, Body, YesNo
from core.api.etags import IF_MATCH, require_match, tag_of
from core.api.handlers import NOTHING
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem
from core.api.query import ListQuery, text
from core.api.views import ApiView
from permissions.api import PersonSerializer, reader
from permissions.levels import Level
from permissions.models import OptOutRule, RuleState, Token, User
from permissions.models.rules import LONGEST_LABEL, LONGEST_REASON
from permissions.roles import may_manage_rules
from permissions.rules.draft import content_of, draft_of
from permissions.rules.known import known_rules, may_change, may_see_all_of, seen_whole
from permissions.rules.listing import narrowed
from permissions.rules.preview import Preview, preview
from permissions.rules.scope import NOT_WITHIN, covered, no_longer_covered, writes_rules
from permissions.rules.services import LONGEST_NOTE, change_rule, withdraw_rule, write_rule
from permissions.rules.spec import draft_from, names_in, whom_from

MOST_NAMES = 500
NOT_YOURS = "Those who manage the rules of something write them, and its owner changes a rule."
WHOLE = "Null unless you own the rule or manage rules there."
EXAMPLE = {
    "label": "class:pii", "level": "sample", "everyone": True, "except_teams": ["support"],
    "reason": "Personal data stays with the people who need it.", "review_on": "2027-05-01",
}  # fmt: skip


class OptOutRuleSerializer(serializers.Serializer[Any]):
    """A rule that you may know of."""

    id = serializers.IntegerField()
    label = serializers.CharField(help_text="Whatever carries it is closed.")  # type: ignore[assignment]
    level = serializers.ChoiceField(choices=Level.choices)
    mask = serializers.ChoiceField(
        choices=OptOutRule.Mask.choices, help_text="What stands for values closed at sample."
    )
    state = serializers.ChoiceField(choices=RuleState.choices)
    reason = serializers.CharField(help_text="Markdown.")
    legal_basis = serializers.CharField()
    owner = PersonSerializer()
    starts_at = serializers.DateTimeField()
    review_on = serializers.DateField()
    at_review = serializers.ChoiceField(choices=OptOutRule.AtReview.choices)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    everyone = serializers.BooleanField(allow_null=True, help_text=WHOLE)
    people = serializers.ListField(child=serializers.CharField(), allow_null=True, help_text=f"Usernames. {WHOLE}")
    teams = serializers.ListField(child=serializers.CharField(), allow_null=True, help_text=f"Short names. {WHOLE}")
    except_people = serializers.ListField(child=serializers.CharField(), allow_null=True, help_text=WHOLE)
    except_teams = serializers.ListField(child=serializers.CharField(), allow_null=True, help_text=WHOLE)
    version = serializers.IntegerField(allow_null=True, help_text=WHOLE)
    covered = serializers.BooleanField(
        allow_null=True, help_text=f"False where it was written by a grant that does not cover it any more. {WHOLE}"
    )


class RuleVersionSerializer(serializers.Serializer[Any]):
    """What a rule said, and who said so."""

    number = serializers.IntegerField()
    action = serializers.CharField()
    author = PersonSerializer(allow_null=True)
    made_at = serializers.DateTimeField()
    note = serializers.CharField()
    content = serializers.DictField()


class OptOutRuleDetailSerializer(OptOutRuleSerializer):
    """A rule with its versions."""

    versions = RuleVersionSerializer(many=True, allow_null=True, help_text=f"The latest first. {WHOLE}")


def _plain(longest: int, **more: Any) -> serializers.RegexField:
    return serializers.RegexField(PLAIN, max_length=longest, **more)


def _names(help_text: str) -> serializers.ListField:
    child = _plain(150)
    return serializers.ListField(child=child, required=False, max_length=MOST_NAMES, help_text=help_text)


class WhomSerializer(Body):
    """Whom a rule keeps out, and whom it spares."""

    everyone = YesNo(required=False)
    people = _names("Usernames.")
    teams = _names("Short names.")
    except_people = _names("Usernames.")
    except_teams = _names("Short names.")


class PreviewRequestSerializer(WhomSerializer):
    """What a rule would say."""

    label = _plain(LONGEST_LABEL)  # type: ignore[assignment]
    level = serializers.ChoiceField(choices=Level.choices)


class RuleChangeSerializer(WhomSerializer):
    """What changes; what is left out stays."""

    label = _plain(LONGEST_LABEL, required=False)  # type: ignore[assignment]
    level = serializers.ChoiceField(choices=Level.choices, required=False)
    mask = serializers.ChoiceField(choices=OptOutRule.Mask.choices, required=False)
    reason = _plain(LONGEST_REASON, required=False, help_text="At least a sentence; Markdown.")
    legal_basis = _plain(200, required=False, allow_blank=True)
    owner = _plain(150, required=False, help_text="Username; you, when not given.")
    starts_at = serializers.DateTimeField(required=False, help_text="At once, when not given.")
    review_on = serializers.DateField(required=False, help_text="At most two years ahead.")
    at_review = serializers.ChoiceField(choices=OptOutRule.AtReview.choices, required=False)
    note = _plain(LONGEST_NOTE, required=False, allow_blank=True, help_text="For the record.")
    not_yet = YesNo(default=False, help_text="Nothing carries the label yet, and that is right.")


class NewRuleSerializer(RuleChangeSerializer):
    """What a rule says."""

    label = _plain(LONGEST_LABEL)
    level = serializers.ChoiceField(choices=Level.choices)
    reason = _plain(LONGEST_REASON, help_text="At least a sentence; Markdown.")
    review_on = serializers.DateField(help_text="At most two years ahead.")


class WithdrawSerializer(Body):
    """Why a rule ends."""

    note = _plain(LONGEST_NOTE, required=False, allow_blank=True)


class CountSerializer(serializers.Serializer[Any]):
    """How many things of one kind."""

    kind = serializers.CharField()
    number = serializers.IntegerField()


class PreviewSerializer(serializers.Serializer[Preview]):
    """What a rule would do, as far as you may know."""

    sentence = serializers.CharField()
    things = CountSerializer(many=True)
    people = serializers.IntegerField()
    effects = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.CharField())
    partial = serializers.BooleanField(  # type: ignore[assignment]
        help_text="Something is hidden from you, and not counted."
    )


class RuleQuery(ListQuery):
    state = serializers.ChoiceField(choices=RuleState.choices, required=False, help_text="How it stands.")
    level = serializers.ChoiceField(choices=Level.choices, required=False, help_text="What it closes.")
    owner = text("Username of the owner.")
    q = text("What its label or reason holds.")
    person = text("Username of somebody it stops; for those who manage rules.")


class RulesView(ApiView):
    """The list of rules, and new ones."""

    query = RuleQuery

    @extend_schema(operation_id="rules", tags=["rules"], responses=page_of(OptOutRuleSerializer))
    def get(self, request: Request) -> Response:
        """Rules that you may know of, the newest first."""
        person = reader(request)
        if "person" in self.wanted and not may_manage_rules(person):
            raise PermissionDenied("Only those who manage rules ask whom they stop.")
        rules = narrowed(known_rules(person), self.wanted).with_people()
        page = read_page(rules, self.wanted, order=("-pk",))
        return answer(request, page, _lines(person, page.items))

    @extend_schema(
        operation_id="write_rule", tags=["rules"], request=NewRuleSerializer,
        responses={201: OptOutRuleDetailSerializer}, examples=[OpenApiExample("Close", EXAMPLE, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Write a rule; it holds for the very next request."""
        person = _writer(request)
        wish = NewRuleSerializer.read(request)
        note, not_yet = wish.pop("note", ""), wish.pop("not_yet")
        _require_within(person, wish["label"])
        draft = draft_from(wish, names_in([wish]), owner=person)
        rule = write_rule(actor=person, draft=draft, note=note, not_yet=not_yet)
        return Response(_detail(person, rule.pk), status=HTTPStatus.CREATED)


class RuleView(ApiView):
    """One rule."""

    @extend_schema(operation_id="rule", tags=["rules"], responses=OptOutRuleDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What you may know of a rule."""
        return Response(_detail(reader(request), pk))

    @extend_schema(
        operation_id="change_rule", tags=["rules"], request=RuleChangeSerializer, parameters=[IF_MATCH],
        responses={200: OptOutRuleDetailSerializer, **{code: OpenApiResponse() for code in (409, 412, 428)}},
        examples=[OpenApiExample("Longer", {"review_on": "2027-08-01"}, request_only=True)],
    )  # fmt: skip
    @transaction.atomic
    def patch(self, request: Request, pk: int) -> Response:
        """Change a rule, in the state that you have read; it becomes a new version."""
        person = reader(request)
        rule = _changeable(person, pk)
        wish = RuleChangeSerializer.read(request)
        note, not_yet = wish.pop("note", ""), wish.pop("not_yet")
        if "label" in wish and wish["label"] != rule.label:
            _require_within(person, rule.label, wish["label"])
        OptOutRule.objects.select_for_update().get(pk=pk)  # whoever else changes it waits
        require_match(request, _detail(person, pk))
        _require_open(rule)
        draft = draft_from(wish, names_in([wish]), base=draft_of(rule))
        change_rule(actor=person, rule=rule, draft=draft, note=note, not_yet=not_yet)
        changed = _detail(person, pk)
        return Response(changed, headers={"ETag": tag_of(changed)})


class WithdrawView(ApiView):
    """Ending a rule."""

    @extend_schema(
        operation_id="withdraw_rule", tags=["rules"], request=WithdrawSerializer,
        responses={200: OptOutRuleDetailSerializer, 409: OpenApiResponse(description="Withdrawn before.")},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Withdraw a rule; it stays on record."""
        person = reader(request)
        rule = _changeable(person, pk)
        note = WithdrawSerializer.read(request).get("note", "")
        _require_open(rule)
        withdraw_rule(actor=person, rule=rule, note=note)
        return Response(_detail(person, pk))


class PreviewView(ApiView):
    """What a rule would do."""

    write_scope = Token.Scope.READ

    @extend_schema(
        operation_id="preview_rule", tags=["rules"], request=PreviewRequestSerializer, responses=PreviewSerializer
    )
    def post(self, request: Request) -> Response:
        """Count what a rule would close to whom, and change nothing."""
        person = _writer(request)
        wish = PreviewRequestSerializer.read(request)
        _require_within(person, wish["label"])
        whom = whom_from(wish, names_in([wish]))
        found = preview(viewer=person, label=wish["label"], level=wish["level"], whom=whom)
        return Response(PreviewSerializer(found).data)


def _writer(request: Request) -> User:
    person = reader(request)
    if not writes_rules(person):
        raise PermissionDenied(NOT_YOURS)
    return person


def _require_within(person: User, *labels: str) -> None:
    if covered(person, labels) != set(labels):
        raise PermissionDenied(NOT_WITHIN)


def _known(person: User, pk: int) -> OptOutRule:
    found = known_rules(person).with_people().filter(pk=pk).first()
    if found is None:
        raise Http404(NOTHING)
    return found


def _changeable(person: User, pk: int) -> OptOutRule:
    found = _known(person, pk)
    if not may_change(person, found):
        raise PermissionDenied(NOT_YOURS)
    return found


def _require_open(rule: OptOutRule) -> None:
    if rule.withdrawn_at:
        raise Problem(HTTPStatus.CONFLICT, "This rule was withdrawn. Write a new one instead.")


def _lines(person: User, rules: list[OptOutRule]) -> list[dict[str, Any]]:
    whole, uncovered = seen_whole(person, rules), no_longer_covered(rules)
    return [_told(rule, rule.pk in whole, rule.pk not in uncovered) for rule in rules]


def _told(rule: OptOutRule, whole: bool, holds: bool) -> dict[str, Any]:
    """The members of a rule that the person may know."""
    open_to_all = ("label", "level", "mask", "state", "reason", "legal_basis", "owner", "starts_at", "review_on",
                   "at_review", "withdrawn_at")  # fmt: skip
    values: dict[str, Any] = {"id": rule.pk} | {name: getattr(rule, name) for name in open_to_all}
    inner = ("everyone", "people", "teams", "except_people", "except_teams")
    if whole:
        content = content_of(rule)
        values |= {name: content[name] for name in inner} | {"version": rule.version, "covered": holds}
    else:
        values |= dict.fromkeys((*inner, "version", "covered"))
    return dict(OptOutRuleSerializer(values).data)


def _detail(person: User, pk: int) -> dict[str, Any]:
    rule = _known(person, pk)
    versions = rule.versions.select_related("author") if may_see_all_of(person, rule) else None
    told = None if versions is None else RuleVersionSerializer(versions, many=True).data
    return _lines(person, [rule])[0] | {"versions": told}
