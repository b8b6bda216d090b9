from django.db import migrations


def give_roles(apps, schema_editor):
    """Superusers become administrators, and whoever may add sources an engineer."""
    User = apps.get_model("permissions", "User")
    RoleGrant = apps.get_model("permissions", "RoleGrant")
    found = [("administrator", person) for person in User.objects.filter(is_superuser=True)]
    engineers = User.objects.filter(user_permissions__codename="add_source", is_superuser=False).distinct()
    found += [("engineer", person) for person in engineers]
    RoleGrant.objects.bulk_create(RoleGrant(role=role, person=person) for role, person in found)


class Migration(migrations.Migration):

    dependencies = [
        ("permissions", "0003_roles"),
    ]

    operations = [
        migrations.RunPython(give_roles, migrations.RunPython.noop),
    ]
