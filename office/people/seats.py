"""The exclusion constraint that keeps two people out of one seat (no btree_gist here)."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db.models import F, Func, Q, Value


class Overlap(ExclusionConstraint):
    """One arrangement per absent person and day."""

    def __init__(self, *, name: str, violation_error_message: Any = None, **given: Any) -> None:
        person = Func(
            F("absent"),
            F("absent"),
            Value("[]"),
            function="int8range",
            output_field=BigIntegerRangeField(),
        )
        days = Func(
            F("starts_on"),
            F("ends_on"),
            Value("[]"),
            function="daterange",
            output_field=DateRangeField(),
        )
        super().__init__(
            name=name,
            expressions=[(person, RangeOperators.OVERLAPS), (days, RangeOperators.OVERLAPS)],
            condition=Q(cancelled_at__isnull=True),
            violation_error_message=violation_error_message,
        )

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        _path, args, given = super().deconstruct()
        for key in ("expressions", "condition", "index_type", "deferrable", "include"):
            given.pop(key, None)
        return "office.people.seats.Overlap", tuple(args), given
