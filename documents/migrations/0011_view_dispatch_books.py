"""Who may see the books of seals and of distribution."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0010_append_only_objection'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='copy',
            options={'default_permissions': ('view',), 'ordering': ['order', 'pk'], 'verbose_name': 'copy', 'verbose_name_plural': 'copies'},
        ),
        migrations.AlterModelOptions(
            name='impression',
            options={'default_permissions': ('view',), 'ordering': ['set_at', 'pk'], 'verbose_name': 'impression', 'verbose_name_plural': 'impressions'},
        ),
    ]
