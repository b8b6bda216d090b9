from django.db import migrations

# Guardian's rows name objects as text; its tables refer to people, whom nobody could remove while they stay.
COPY = """
DO $$ BEGIN
    IF to_regclass('guardian_userobjectpermission') IS NOT NULL THEN
        INSERT INTO catalog_sourcegrant (thing_id, person_id, duty, given_at)
        SELECT s.id, g.user_id, 'manage_source', now()
        FROM guardian_userobjectpermission g
        JOIN auth_permission p ON p.id = g.permission_id AND p.codename = 'change_source'
        JOIN django_content_type c ON c.id = p.content_type_id AND c.app_label = 'catalog'
        JOIN catalog_source s ON s.id::text = g.object_pk
        ON CONFLICT DO NOTHING;
        DROP TABLE guardian_userobjectpermission, guardian_groupobjectpermission;
        DELETE FROM django_migrations WHERE app = 'guardian';
    END IF;
    INSERT INTO catalog_sourcegrant (thing_id, person_id, duty, given_at)
    SELECT s.id, u.user_id, CASE p.codename WHEN 'change_source' THEN 'manage_source' ELSE 'curate' END, now()
    FROM permissions_user_user_permissions u
    JOIN auth_permission p ON p.id = u.permission_id AND p.codename IN ('change_source', 'change_dataset')
    JOIN django_content_type c ON c.id = p.content_type_id AND c.app_label = 'catalog'
    CROSS JOIN catalog_source s
    ON CONFLICT DO NOTHING;
END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0009_grants"),
    ]

    operations = [
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
    ]
