from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('permissions', '0013_staff_mode'),
    ]

    operations = [
        migrations.AddField(
            model_name='team',
            name='managers',
            field=models.ManyToManyField(blank=True, related_name='managed_teams', to=settings.AUTH_USER_MODEL),
        ),
    ]
