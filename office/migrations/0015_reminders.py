import django.db.models.deletion
import office.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('office', '0014_letters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ladder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('urgency', models.PositiveSmallIntegerField(choices=[(0, '平件'), (1, '加急'), (2, '特急'), (3, '特提')], unique=True, verbose_name='urgency')),
                ('early_workdays', models.PositiveSmallIntegerField(default=3, help_text='0: none', verbose_name='first reminder, workdays before')),
                ('last_workdays', models.PositiveSmallIntegerField(default=1, help_text='0: none', verbose_name='second reminder, workdays before')),
                ('on_due_day', models.BooleanField(default=True, verbose_name='on the due day')),
                ('every_workdays', models.PositiveSmallIntegerField(default=3, verbose_name='overdue: every … workdays')),
                ('head_from', models.PositiveSmallIntegerField(blank=True, help_text='Workdays overdue; empty: never', null=True, verbose_name='head of unit, from day')),
                ('director_from', models.PositiveSmallIntegerField(blank=True, help_text='Workdays overdue; empty: never', null=True, verbose_name='office director, from day')),
                ('leader_from', models.PositiveSmallIntegerField(blank=True, help_text='Workdays overdue; empty: never', null=True, verbose_name='leader in charge, from day')),
            ],
            options={
                'verbose_name': 'rule of reminding',
                'verbose_name_plural': 'rules of reminding',
                'ordering': ['urgency'],
                'constraints': [models.CheckConstraint(condition=models.Q(('every_workdays__gte', 1)), name='ladder_every_positive', violation_error_message='At least one workday lies between two reminders.'), models.CheckConstraint(condition=models.Q(('early_workdays', 0), ('early_workdays__gte', models.F('last_workdays')), _connector='OR'), name='ladder_first_before_second', violation_error_message='The first reminder comes before the second.')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('new', 'New'), ('due', 'Due'), ('limit', 'Limit'), ('urged', 'Urged')], max_length=5)),
                ('due_on', models.DateField(null=True)),
                ('rung', models.BigIntegerField()),
                ('capacity', models.CharField(choices=[('owner', 'Owner'), ('deputy', 'Deputy'), ('sender', 'Sender'), ('head', 'Head'), ('director', 'Director'), ('leader', 'Leader')], max_length=8)),
                ('at', models.DateTimeField(default=office.clock.now)),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='office.workitem')),
                ('letter', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='office.letter')),
                ('recipient', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='to')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(condition=models.Q(('letter', None)), fields=['at', 'recipient'], name='reminder_pending'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('item', 'recipient', 'kind', 'due_on', 'rung'), name='reminder_once_per_rung', nulls_distinct=False),
        ),
    ]
