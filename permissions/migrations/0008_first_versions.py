"""Rules from before there were versions get their first one."""

from django.db import migrations

NAMED = (("people", "username"), ("teams", "slug"), ("except_people", "username"), ("except_teams", "slug"))


def write_first(apps, schema_editor):
    rules = apps.get_model("permissions", "OptOutRule").objects.filter(version=0)
    versions = apps.get_model("permissions", "RuleVersion").objects
    for rule in rules.select_related("owner"):
        named = {name: sorted(getattr(rule, name).values_list(column, flat=True)) for name, column in NAMED}
        content = {
            "label": rule.label, "level": rule.level, "mask": rule.mask, "everyone": rule.everyone, **named,
            "reason": rule.reason, "legal_basis": rule.legal_basis, "owner": rule.owner.username,
            "starts_at": rule.starts_at.isoformat(), "review_on": rule.review_on.isoformat(),
            "at_review": rule.at_review, "withdrawn_at": rule.withdrawn_at and rule.withdrawn_at.isoformat(),
        }
        versions.create(
            rule=rule, number=1, action="written", author=rule.owner, made_at=rule.created_at,
            note="As it was when versions began.", content=content,
        )
    rules.update(version=1)


def forget_numbers(apps, schema_editor):
    apps.get_model("permissions", "OptOutRule").objects.update(version=0)


class Migration(migrations.Migration):
    dependencies = [("permissions", "0007_rule_versions")]

    operations = [migrations.RunPython(write_first, forget_numbers)]
