import django.db.models.deletion
import office.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('office', '0013_settlement_stays'),
    ]

    operations = [
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='mail_choice', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('digest', models.BooleanField(default=True, verbose_name='A digest on the morning of a workday')),
                ('urgent', models.BooleanField(default=True, verbose_name='Most urgent items singly, at once')),
                ('digest_hour', models.PositiveSmallIntegerField(choices=[(6, '6:00'), (7, '7:00'), (8, '8:00'), (9, '9:00'), (10, '10:00'), (11, '11:00'), (12, '12:00')], default=8, verbose_name='Hour of the digest')),
            ],
            options={
                'verbose_name': 'way of reminding',
                'verbose_name_plural': 'ways of reminding',
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('urgent', 'Urgent, singly'), ('digest', 'Morning digest'), ('test', 'Test mail')], max_length=10, verbose_name='kind')),
                ('key', models.CharField(max_length=120, unique=True)),
                ('subject', models.CharField(max_length=400, verbose_name='subject')),
                ('text', models.TextField(verbose_name='text')),
                ('html', models.TextField()),
                ('lines', models.PositiveSmallIntegerField(default=0, verbose_name='items')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('unsure', 'Perhaps sent'), ('dead', 'Could not be sent'), ('dropped', 'Dropped')], default='waiting', max_length=7, verbose_name='state')),
                ('created_at', models.DateTimeField(default=office.clock.now, verbose_name='written')),
                ('next_try_at', models.DateTimeField(default=office.clock.now, verbose_name='next try')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                ('message_id', models.CharField(max_length=120)),
                ('address', models.CharField(blank=True, max_length=254, verbose_name='address')),
                ('handed_at', models.DateTimeField(null=True, verbose_name='handed to the server')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to=settings.AUTH_USER_MODEL, verbose_name='to')),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'letters',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('keep_mail', 'Can keep the mail going')],
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(fields=['recipient', '-created_at', '-id'], name='letter_mine'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(fields=['-created_at', '-id'], name='letter_all'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('state__in', ['sent', 'dropped']), _negated=True), fields=['state', 'next_try_at'], name='letter_to_do'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='letter_sent_has_moment'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'unsure'), _negated=True), ('handed_at__isnull', False), _connector='OR'), name='letter_unsure_was_handed'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), _negated=True), ('handed_at', None), _connector='OR'), name='letter_waits_in_our_hands'),
        ),
    ]
