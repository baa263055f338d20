"""A mark that changes whenever something about a kind of row is recorded.

What was computed from many rows, counts above all, may be kept as long as the mark stays: every
change of a row goes through `record`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.core.cache import cache
from django.db import models, transaction


def key_of(model: type[models.Model] | models.Model) -> str:
    """Return the cache key of a model's mark."""
    return f"changed:{model._meta.label_lower}"


def change(row: models.Model | type[models.Model]) -> None:
    """Change the mark now, for who reads in this transaction, and once more when it is committed.

    The second one is for others: what they computed in between saw the old rows.
    """

    def mark() -> None:
        cache.set(key_of(row), uuid.uuid4().hex, None)

    mark()
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(mark)


def kept(model: type[models.Model], key: str, make: Any, seconds: int = 60) -> Any:
    """Return what `make` computes, kept until something about the model is recorded.

    `seconds` bounds it for what is written past the trail.
    """
    return kept_together([(model, key, make)], seconds)[0]


def kept_together(
    wanted: Sequence[tuple[type[models.Model], str, Callable[[], Any]]], seconds: int = 60
) -> list[Any]:
    """Return several such values, asked of the cache at once."""
    names = {name for model, key, _make in wanted for name in (key_of(model), key)}
    found = cache.get_many(names)
    values = []
    for model, key, make in wanted:
        mark = found.get(key_of(model), "")
        if key not in found or found[key][0] != mark:
            found[key] = (mark, make())
            cache.set(key, found[key], seconds)
        values.append(found[key][1])
    return values
