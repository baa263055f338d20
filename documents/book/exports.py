"""The book taken away: how it looks as a sheet and on paper, at once or by a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict

from documents.book import printing, tables
from documents.book.pages import to_take_away
from office.jobs.registry import Result
from office.people.models import User
from office.sheets import Sheet, finish

BOOK = Sheet("收文登记簿", tables.COLUMNS, "incoming-register", printing.register)


def register(
    arguments: Mapping[str, Any], actor: User, progress: Callable[[int, int], None]
) -> Result:
    """Write a long register in a job; what is filtered is what the actor may see then."""
    page = to_take_away(QueryDict(arguments["query"]), actor)
    return finish(page, BOOK, arguments["as"], progress)
