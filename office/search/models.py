"""SearchEntry: the words of one row, and their bigrams as a generated column."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func


class Bigrams(Func):
    """The immutable SQL function office_bigrams(text) → tsvector."""

    function = "office_bigrams"
    output_field = SearchVectorField()


class SearchEntry(models.Model):
    """What can be found of one row; `happened_on` is the day its register sorts by."""

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    happened_on = models.DateField()
    words = models.TextField()
    tokens = models.GeneratedField(
        expression=Bigrams(F("words")), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        ordering = ["-happened_on", "-object_id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"], name="search_once_per_row"
            )
        ]
        indexes = [
            GinIndex(fields=["tokens"], name="search_tokens", fastupdate=False),
            models.Index(
                fields=["content_type", "-happened_on", "-object_id"], name="search_by_day"
            ),
        ]

    def __str__(self) -> str:
        return self.words[:60]
