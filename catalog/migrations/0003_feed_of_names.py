import permissions.models.people
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_initial'),
        ('permissions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('permissions.user',),
            managers=[
                ('objects', permissions.models.people.UserManager()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='dataset',
            name='feed_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='dataset',
            name='feed_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='dataset',
            name='feed_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='datasettag',
            name='feed_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='datasettag',
            name='feed_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='datasettag',
            name='feed_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='field',
            name='feed_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='field',
            name='feed_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='field',
            name='feed_delete',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='container',
            trigger=pgtrigger.compiler.Trigger(name='feed_rename', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."path" IS DISTINCT FROM (NEW."path"))', func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT id FROM catalog_dataset WHERE container_id = NEW.id) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='1c8c72bed586ccf526576f51ad73b1f204c5500f', operation='UPDATE', pgid='pgtrigger_feed_rename_ed14a', table='catalog_container', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dataproduct',
            trigger=pgtrigger.compiler.Trigger(name='feed_rename', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name"))', func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT id FROM catalog_dataset WHERE product_id = NEW.id) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='23d1565c6abcb9e8da349cb3b89cba64eaca912a', operation='UPDATE', pgid='pgtrigger_feed_rename_491b8', table='catalog_dataproduct', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dataset',
            trigger=pgtrigger.compiler.Trigger(name='feed_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT id FROM changed) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='8170603fd0aa27810df05ded76f41187e8d896e3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_feed_insert_3e633', referencing='REFERENCING NEW TABLE AS changed ', table='catalog_dataset', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dataset',
            trigger=pgtrigger.compiler.Trigger(name='feed_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT id FROM changed) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='5a25e2a840920f6f7460d12a19f9ca446b915385', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_feed_update_0eb1a', referencing='REFERENCING NEW TABLE AS changed ', table='catalog_dataset', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dataset',
            trigger=pgtrigger.compiler.Trigger(name='feed_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT id FROM changed) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='329c9bd0a13d8387db9f6c13d94739a0f2528a6a', level='STATEMENT', operation='DELETE', pgid='pgtrigger_feed_delete_71a1c', referencing='REFERENCING OLD TABLE AS changed ', table='catalog_dataset', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='datasettag',
            trigger=pgtrigger.compiler.Trigger(name='feed_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT dataset_id FROM changed) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='b25dbc3b536f978134a18eb9ee0ff756ee6408dd', level='STATEMENT', operation='INSERT', pgid='pgtrigger_feed_insert_f39cd', referencing='REFERENCING NEW TABLE AS changed ', table='catalog_datasettag', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='datasettag',
            trigger=pgtrigger.compiler.Trigger(name='feed_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT dataset_id FROM changed) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='feac972f304439b97894f80bf366d60df401d404', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_feed_update_87afc', referencing='REFERENCING NEW TABLE AS changed ', table='catalog_datasettag', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='datasettag',
            trigger=pgtrigger.compiler.Trigger(name='feed_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT dataset_id FROM changed) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='52b81664238a202825b880bb41debaa6348e6655', level='STATEMENT', operation='DELETE', pgid='pgtrigger_feed_delete_77f3e', referencing='REFERENCING OLD TABLE AS changed ', table='catalog_datasettag', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='domain',
            trigger=pgtrigger.compiler.Trigger(name='feed_rename', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (\n                SELECT d.id FROM catalog_dataset d JOIN catalog_source s ON s.id = d.source_id\n                WHERE coalesce(d.domain_id, s.domain_id) = NEW.id\n                ) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='0b3cebd4125d0dda12cb3e65a95784d7f2fbe54b', operation='UPDATE', pgid='pgtrigger_feed_rename_5892a', table='catalog_domain', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='field',
            trigger=pgtrigger.compiler.Trigger(name='feed_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT dataset_id FROM changed) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='0b187721b7fdf065f742844bfee9cb009ccb787b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_feed_insert_e5c10', referencing='REFERENCING NEW TABLE AS changed ', table='catalog_field', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='field',
            trigger=pgtrigger.compiler.Trigger(name='feed_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT dataset_id FROM changed) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='68322b845308547d8bfa37207662629e5bb64593', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_feed_update_b5b43', referencing='REFERENCING NEW TABLE AS changed ', table='catalog_field', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='field',
            trigger=pgtrigger.compiler.Trigger(name='feed_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT dataset_id FROM changed) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='4c2e33603f61674a40a690f39a918e86b1a6b5eb', level='STATEMENT', operation='DELETE', pgid='pgtrigger_feed_delete_6c1c5', referencing='REFERENCING OLD TABLE AS changed ', table='catalog_field', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='source',
            trigger=pgtrigger.compiler.Trigger(name='feed_rename', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."domain_id" IS DISTINCT FROM (NEW."domain_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT id FROM catalog_dataset WHERE source_id = NEW.id) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='d0c93af67d2296e2952aca2dcdcf537343c7af9f', operation='UPDATE', pgid='pgtrigger_feed_rename_ece97', table='catalog_source', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tag',
            trigger=pgtrigger.compiler.Trigger(name='feed_rename', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (SELECT dataset_id FROM catalog_datasettag WHERE tag_id = NEW.id) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='a21d4ec86a23c5f0842ff52c700a0772677b8d10', operation='UPDATE', pgid='pgtrigger_feed_rename_c8078', table='catalog_tag', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='feed_rename', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."first_name" IS DISTINCT FROM (NEW."first_name") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."username" IS DISTINCT FROM (NEW."username"))', func='\n        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)\n        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM (\n                SELECT id FROM catalog_dataset WHERE owner_id = NEW.id\n                UNION SELECT id FROM catalog_dataset WHERE steward_id = NEW.id\n                ) AS named (id) ORDER BY 1\n        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;\n        RETURN NULL;\n    ', hash='75e7b5ce46c91bee343ec2504587e63af75ff614', operation='UPDATE', pgid='pgtrigger_feed_rename_a98c0', table='permissions_user', when='AFTER')),
        ),
    ]
