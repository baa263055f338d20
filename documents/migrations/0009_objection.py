"""What the proofreader found when a draft was to be submitted."""

import django.db.models.deletion
import office.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0008_append_only_dispatch'),
    ]

    operations = [
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submission', models.PositiveSmallIntegerField(verbose_name='submission')),
                ('rule', models.CharField(max_length=8, verbose_name='rule')),
                ('severity', models.CharField(max_length=2, verbose_name='severity')),
                ('quote', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('found_at', models.DateTimeField(default=office.clock.now, verbose_name='found')),
                ('dispatch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='documents.dispatch')),
            ],
            options={
                'verbose_name': 'objection of the proofreader',
                'verbose_name_plural': 'objections of the proofreader',
                'ordering': ['found_at', 'pk'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['found_at', 'rule'], name='objection_by_day')],
                'constraints': [models.UniqueConstraint(fields=('dispatch', 'submission', 'rule', 'quote'), name='objection_once')],
            },
        ),
    ]
