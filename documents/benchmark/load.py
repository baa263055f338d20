"""Fill a database with documents, work items, opinions, trail and search rows, inside PostgreSQL.

One row of each kind is made by the models, so that it is legal; SQL multiplies it. A column added
to a model later comes along by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from documents.benchmark import around, words
from documents.benchmark.copies import in_bulk, insert, random
from documents.receipt import sheet
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import Channel, Nature
from documents.receipt.workflow import State
from documents.reference.models import Relation, Sender
from office import clock
from office.people.models import Unit, User
from office.search.models import SearchEntry
from office.workdays.services import seed

UNITS = 8
PEOPLE = 60
YEARS = 6
OPEN_PER_MILLE = 20
OPEN_STATES = tuple(
    State(name) for name in ("registered", "proposed", "assigned", "handling", "circulating")
)
Tell = Callable[[str], None]


def fill(rows: int, tell: Tell) -> None:
    """Load an office with this many documents."""
    tell("people, senders, calendar")
    seed(range(2020, 2028))
    people = _people()
    senders = _senders()
    with in_bulk(IncomingDocument, SearchEntry, *around.MODELS):
        tell(f"{rows:,} documents")
        _documents(rows, people, senders)
        tell("opinions, work items, trail")
        document = IncomingDocument.objects.order_by("pk")[:1].get()
        around.fill(document, people, reader())
        tell("search rows")
        _search()
        tell("indexes")
    tell("vacuum, analyze")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def reader() -> User:
    """Return the ordinary person who reads: staff of the first unit, never a superuser."""
    person: User = User.objects.select_related("unit").get(username="bench-1")
    return person


def person(name: str, role: str) -> User:
    """Return a person of the first unit with one more role than staff; made when first asked."""
    values = {
        "name": name, "unit": reader().unit, "roles": [role, "staff"], "rank": 400,
        "must_change_password": False, "password": "!",
    }  # fmt: skip
    found: User = User.objects.get_or_create(username=f"bench-{role}", defaults=values)[0]
    return found


def _people() -> list[User]:
    top = Unit.objects.create(code="00", name="中心领导", short_name="领导")
    units = [
        Unit.objects.create(
            code=f"{n:02}", name=f"第{n}科室", short_name=f"{n}科", parent=top, order=n
        )
        for n in range(1, UNITS + 1)
    ]
    made: list[User] = User.objects.bulk_create(
        User(
            username=f"bench-{n}", name=f"职工{n}", unit=units[(n - 1) % UNITS], roles=["staff"],
            must_change_password=False, password="!",  # noqa: S106 (no password fits)
            rank=500 + n,
        )
        for n in range(1, PEOPLE + 1)
    )  # fmt: skip
    return made


def _senders() -> list[Sender]:
    kinds = list(Relation)
    return Sender.objects.bulk_create(
        Sender(name=name, relation=kinds[n % len(kinds)], organ_codes=[code])
        for n, (name, code) in enumerate(words.SENDERS)
    )


def _documents(rows: int, people: list[User], senders: list[Sender]) -> None:
    open_ = max(rows * OPEN_PER_MILLE // 1000, 40)
    filed = _filed(people, senders[0])
    age = f"{YEARS * 365} - n * {YEARS * 365 - 40} / {rows}"
    _multiply(filed, rows - open_, _columns(people, senders, age))
    per_state = open_ // len(OPEN_STATES)
    for n, state in enumerate(OPEN_STATES, 2):
        template = _open(state, people, senders[0])
        columns = _columns(people, senders, random("n", 40, n + 20))
        _multiply(template, per_state, columns | {"serial": f"{n * rows} + n"})
    IncomingDocument.objects.filter(serial=0).delete()


def _facts(people: list[User], sender: Sender) -> dict[str, Any]:
    now = clock.now()
    return {
        "sender": sender, "channel": Channel.E_EXCHANGE, "signed_for_at": now,
        "signed_for_by": people[1], "received_on": clock.today(), "year": 2000, "serial": 0,
        "receipt_class": sender.relation, "title": "样本", "registered_at": now,
        "registered_by": people[1], "kind": "通知", "nature": Nature.HANDLING, "limit_workdays": 10,
        "lead_unit": people[0].unit, "due_on": clock.today(), "urger": people[1],
    }  # fmt: skip


def _open(state: State, people: list[User], sender: Sender) -> IncomingDocument:
    facts = _facts(people, sender) | {"state": state, "year": 2001 + list(State).index(state)}
    if state == State.HANDLING:
        facts["handler"] = people[0]
    if state == State.CIRCULATING:
        facts["nature"] = Nature.READING
    return IncomingDocument.objects.create(**facts)


def _filed(people: list[User], sender: Sender) -> IncomingDocument:
    now = clock.now()
    row = IncomingDocument(
        **_facts(people, sender), state=State.FILED, handler=people[0], handled_at=now,
        result="已按要求办理完毕。", answer_method="document", answered_at=now,
        answer_text="已答复。",
        closed_at=now, closed_by=people[1], filed_at=now, filed_by=people[1], filing_year=2026,
        filing_unit=people[0].unit, retention="10年", sheet_digest="-",
    )  # fmt: skip
    row.frozen_sheet = {}
    row.save()
    row.frozen_sheet = None
    row.frozen_sheet, row.sheet_digest = sheet.freeze(row)
    row.save()
    return row


def _columns(people: list[User], senders: list[Sender], age: str) -> dict[str, str]:
    """Give each document its own day, sender, unit, number and title; `age` is in days."""
    day = f"(current_date - ({age})::int)"
    handler = f"{people[0].pk} + {random('n', PEOPLE, 4)}"
    ended = f"{day} + 5 + {random('n', 20, 8)} + time '15:00'"  # the youngest came 40 days ago
    return {
        "received_on": day,
        "signed_for_at": f"{day} + time '09:10'",
        "registered_at": f"{day} + time '09:40'",
        "written_on": f"{day} - 3",
        "due_on": f"{day} + 15 + {random('n', 10, 1)}",
        "year": f"extract(year FROM {day})::int",
        "serial": "n",
        "sender_id": f"{senders[0].pk} + {random('n', len(senders), 2)}",
        "lead_unit_id": f"{people[0].unit_id} + {random('n', UNITS, 3)}",
        "closed_at": f"CASE WHEN t.closed_at IS NOT NULL THEN {ended} END",
        "filed_at": f"CASE WHEN t.filed_at IS NOT NULL THEN {ended} END",
        "handler_id": f"CASE WHEN t.handler_id > 0 THEN {handler} END",
        "urgency": f"(ARRAY['','','','','','','','加急','加急','特急'])[1 + {random('n', 10, 5)}]",
        "doc_number": f"{words.pick(words.CODES, random('n', len(words.CODES), 2))} || '〔' || "
                      f"extract(year FROM {day}) || '〕' || (1 + {random('n', 400, 6)}) || '号'",
        "title": words.title(random),
        "title_key": f"regexp_replace({words.title(random)}, '[^[:alnum:]]', '', 'g')",
    }  # fmt: skip


def _multiply(template: IncomingDocument, times: int, columns: Mapping[str, str]) -> None:
    """Insert `times` copies of a document; n counts them from 1."""
    insert(template, f"generate_series(1, {int(times)}) AS n", "true", columns)


def _search() -> None:
    kind = ContentType.objects.get_for_model(IncomingDocument).pk
    table = SearchEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (content_type_id, object_id, happened_on, words) "  # noqa: S608
            "SELECT %s, d.id, d.received_on, concat_ws(E'\\n', d.title, d.doc_number, s.name) "
            "FROM documents_incomingdocument d JOIN documents_sender s ON s.id = d.sender_id",
            [kind],
        )
