"""Ten thousand documents: every hit a LIKE would find is found, whatever share of them has it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F, Q
from django.http import QueryDict

from documents.benchmark import load, pages, words
from documents.benchmark.around import MODELS
from documents.book.pages import on_screen
from documents.receipt.models import IncomingDocument
from office.people.models import User
from office.search.models import SearchEntry
from office.search.services import Readable, hits
from office.search.words import Sought, is_frequent
from tests.office.factories import signed_in

ROWS = 10_000
WORDS = [*words.SOUGHT.values(), "通知", "安全生产检查", "2026", "防汛 通知", "函通"]
# of a condition PostgreSQL writes the same in two ways: once as it was made, once as it was read
INDEXES = """
SELECT indexname, split_part(indexdef, ' WHERE ', 1), indexdef LIKE '%% WHERE %%'
FROM pg_indexes WHERE tablename = ANY(%s) ORDER BY 1
"""


def indexes() -> list[Any]:
    tables = [model._meta.db_table for model in (IncomingDocument, SearchEntry, *MODELS)]
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [tables])
        return cursor.fetchall()


@pytest.fixture
def reader(transactional_db: None) -> User:
    before = indexes()
    load.fill(ROWS, lambda _what: None)
    assert indexes() == before
    return load.reader()


@pytest.mark.slow
def test_search_and_register_find_what_a_like_finds(reader: User) -> None:
    assert_whole()
    seen = IncomingDocument.objects.visible_to(reader)
    kind = ContentType.objects.get_for_model(IncomingDocument).pk
    ways = {word: is_frequent(Sought(kind, word.split())) for word in WORDS}
    assert ways["通知"]
    assert not ways["防汛"]
    assert not ways["貔貅"]
    for word in WORDS:
        expected = [row.pk for row in liked(seen, word).order_by("-received_on", "-pk")]
        assert searched(reader, word) == expected, word
        assert list(turned(reader, f"view=all&q={word}", "older")) == expected, word
        narrow = liked(seen.filter(urgency="特急"), word).order_by("due_on", "pk")
        found = list(turned(reader, f"view=all&q={word}&urgency=特急&sort=due", "older"))
        assert found == list(narrow.values_list("pk", flat=True)), word


def assert_whole() -> None:
    """Every key in a loaded row names a row that is there: nobody looked while loading."""
    for model in (IncomingDocument, *MODELS):
        for field in model._meta.concrete_fields:
            if field.is_relation:
                known = field.related_model._default_manager.values("pk")
                lost = model._default_manager.exclude(**{f"{field.name}__in": known})
                assert not lost.exclude(**{field.name: None}).exists(), field
    assert SearchEntry.objects.count() == IncomingDocument.objects.count()
    keys = IncomingDocument.objects.annotate(key=F("title_key"))
    assert not keys.filter(Q(key="") | Q(key__contains="（")).exists()


def liked(rows: Any, text: str) -> Any:
    for word in text.split():
        same = Q(title__contains=word) | Q(doc_number__contains=word)
        rows = rows.filter(same | Q(sender__name__contains=word))
    return rows


def searched(reader: User, text: str) -> list[int]:
    """Return the keys of every page of a search."""
    found: list[int] = []
    page = hits(Readable.by(IncomingDocument, reader), text)
    while True:
        found += [hit.pk for hit in page.hits]
        if page.after is None:
            return found
        page = hits(Readable.by(IncomingDocument, reader), text, before=page.after)


def turned(reader: User, query: str, way: str) -> Any:
    """Yield the keys of every page of the register."""
    while query:
        page = on_screen(QueryDict(query), reader)
        yield from (row["pk"] for row in page.rows)
        query = getattr(page, way)


@pytest.mark.slow
def test_what_the_benchmark_asks_for_is_answered(reader: User) -> None:
    client = signed_in(reader)
    for page in pages.read(reader)[1:]:
        assert client.get(page.path).status_code == 200, page.name
    clerk = load.person("登记", "registry_clerk")
    (_floor, new) = pages.written()
    assert new.form is not None
    answer = signed_in(clerk).post(new.path, new.form(1))
    assert answer.status_code == 302
    row = IncomingDocument.objects.latest("pk")
    assert searched(clerk, row.title) == [row.pk]
