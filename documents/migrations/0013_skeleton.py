"""Templates of kinds: what a new draft starts from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0012_reply_and_note_received"),
    ]

    operations = [
        migrations.CreateModel(
            name="Skeleton",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=2, unique=True, verbose_name="kind")),
                (
                    "title",
                    models.CharField(
                        help_text="Behind the name of the institution.",
                        max_length=100,
                        verbose_name="title",
                    ),
                ),
                (
                    "body",
                    models.TextField(
                        help_text="××× where something is to be filled in.", verbose_name="text"
                    ),
                ),
                (
                    "beginnings",
                    models.TextField(
                        blank=True, help_text="One a line.", verbose_name="usual beginnings"
                    ),
                ),
                (
                    "endings",
                    models.TextField(
                        blank=True, help_text="One a line.", verbose_name="usual endings"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "verbose_name": "template of a kind",
                "verbose_name_plural": "templates of kinds",
                "ordering": ["order", "pk"],
            },
        ),
    ]
