"""The words of a register's filter row."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet

from office.filtering import NOTHING, Drafted
from office.search.words import TooShort, drafted, matching


class WordsFilter(filters.CharFilter):
    """Narrow to rows that hold every word; a single character finds nothing."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Narrow a queryset."""
        try:
            return matching(qs, value)
        except TooShort:
            return qs.none()

    def drafted(self, model: Any, value: str) -> Drafted:
        """Return the same narrowing with stand-ins."""
        try:
            return drafted(model, value)
        except TooShort:
            return NOTHING
