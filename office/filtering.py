"""Filters: a filter set that is cheap to make, for its fields are made once for a process.

django-filter copies its filters and makes a form for each request, which costs as much as the page.
Here an address is read by the fields of the class itself: what it does not name is not looked at,
what cannot be read is left out and said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES
from django.db.models import Model, QuerySet
from django.http import QueryDict

from office import prepared

FIRST_CHOSEN = 10  # the stand-ins before are for the values of a place
# Lookups whose parameter is the value itself, so that a stand-in can be found again.
PLAIN = frozenset({"exact", "gt", "gte", "lt", "lte"})


@dataclass(frozen=True)
class Drafted:
    """One filter with stand-ins for its value, for a query that is compiled once.

    `key` names what else the narrowing looks at; `values` are what the stand-ins stand for. When
    `is_walked`, it looks at one row after the other and lets few through.
    """

    key: Any
    narrowed: Callable[[Any], Any]
    values: Mapping[Any, Any]
    is_walked: bool = False


NOTHING = Drafted("nothing", lambda rows: rows.none(), {})


@dataclass(frozen=True)
class Answers:
    """What was read of an address, as a form has it."""

    cleaned_data: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def is_valid(self) -> bool:
        return not self.errors


class Filters(filters.FilterSet):
    """The filters of a register, read from an address.

    A filter of its own kind may have `drafted(model, value)`; one with a method has no draft.
    """

    base_filters: ClassVar[dict[str, Any]]  # these two are the metaclass's
    _meta: ClassVar[Any]

    def __init__(self, data: QueryDict) -> None:
        """Read the address; the filters are the class's own and nobody changes them."""
        self.data, self.is_bound = data, True
        self.filters = self.base_filters

    @cached_property
    def form(self) -> Any:
        """What can be read of the address, and what cannot."""
        read = Answers()
        for name, each in self.filters.items():
            widget = each.field.widget
            if widget.value_omitted_from_data(self.data, {}, name):
                continue
            try:
                value = each.field.clean(widget.value_from_datadict(self.data, {}, name))
            except ValidationError as error:
                read.errors[name] = error.messages
            else:
                if value not in EMPTY_VALUES:
                    read.cleaned_data[name] = value
        return read

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the rows by every filter the address names."""
        for name, value in self.form.cleaned_data.items():
            each = self.filters[name]
            if each.method:
                method = getattr(self, str(each.method))
                queryset = method(queryset, each.field_name, value)
            else:
                queryset = each.filter(queryset, value)
        return queryset

    @cached_property
    def drafts(self) -> Sequence[Drafted] | None:
        """The same filters with stand-ins for their values; None when one of them has no draft."""
        given = enumerate(self.form.cleaned_data.items(), FIRST_CHOSEN)
        found = [self._draft(name, value, place) for place, (name, value) in given]
        return [each for each in found if each] if all(found) else None

    def _draft(self, name: str, value: Any, place: int) -> Drafted | None:
        each: Any = self.filters[name]
        if hasattr(each, "drafted"):
            own: Drafted | None = each.drafted(self._meta.model, value)
            return own
        key = value.pk if isinstance(value, Model) else value
        values = prepared.places([key], place)
        if values is None or each.method or each.lookup_expr not in PLAIN:
            return None
        (mark,) = values
        stand_in = type(value)(pk=mark) if isinstance(value, Model) else mark
        return Drafted(name, lambda rows: each.filter(rows, stand_in), values)
