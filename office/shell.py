"""The frame round every page: the rooms one may enter, what is open there, the bell, the seat.

Nothing here is computed until a template asks; then everything that needs the database comes in
one query.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from office import clock
from office.desk.models import WorkItem
from office.notifications.models import Notice
from office.people.models import Acting

if TYPE_CHECKING:
    from office.people.models import User


@dataclass(frozen=True)
class Room:
    """One line of the rail. `counts` is "work", "reading", or a model: documents.incomingdocument."""

    url: str
    label: Any
    icon: str
    needs: str = ""
    counts: str = ""
    key: bool = False  # stays in the bottom bar of a phone


# Later areas add their lines here; a room whose URL does not exist, or which the reader may not
# enter, is not shown. `needs` is a permission, or "staff" for the back-office.
ROOMS: tuple[tuple[Any, tuple[Room, ...]], ...] = (
    (
        "",
        (
            Room("office:desk", _("Desk"), "home", counts="work", key=True),
            Room("office:reading", _("To read"), "eye", counts="reading", key=True),
        ),
    ),
    (
        _("Documents"),
        (
            Room("documents:incoming", _("Incoming"), "inbox", "documents.view_incoming",
                 "documents.incomingdocument", key=True),
        ),
    ),
    (_("Management"), (Room("admin:index", _("Back-office"), "ledger", "staff"),)),
)  # fmt: skip

# What the keys of the script lead to, and the first button of the desk.
NEW = Room("documents:incoming-new", _("Register incoming"), "inbox", "documents.register_incoming")


@dataclass(frozen=True)
class Door:
    """A room as the reader sees it."""

    room: Room
    path: str
    is_here: bool
    n: int
    is_late: bool


@dataclass(frozen=True)
class Seat:
    """Somebody the reader may act for."""

    pk: int
    name: str
    until: dt.date


@dataclass
class Figures:
    """Everything the frame needs of the database."""

    count: Counter[str]
    late: Counter[str]
    bell: int
    seats: list[Seat]


class Shell:
    """The frame of one page."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = getattr(request, "user", None)

    @property
    def institution(self) -> str:
        return str(settings.INSTITUTION)

    @property
    def is_demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def lang(self) -> str:
        """Return the language of the page as HTML wants it."""
        return "en" if getattr(self.request, "LANGUAGE_CODE", "") == "en" else "zh-Hans"

    @property
    def theme(self) -> str:
        """Return light, dark, or nothing for the system's choice."""
        if getattr(self.user, "is_authenticated", False):
            return str(self.user.theme)
        chosen = self.request.COOKIES.get("theme", "")
        return chosen if chosen in {"light", "dark"} else ""

    @cached_property
    def figures(self) -> Figures:
        return figures(self.user)

    @cached_property
    def groups(self) -> list[tuple[Any, list[Door]]]:
        """Return the rooms the reader may enter, in groups."""
        groups = [
            (title, [d for room in rooms if (d := self._door(room))]) for title, rooms in ROOMS
        ]
        return [(title, doors) for title, doors in groups if doors]

    def _door(self, room: Room) -> Door | None:
        path = path_of(room.url)
        if not path or not self._may(room):
            return None
        here = self.request.path
        is_here = here == path if path == "/" else here.startswith(path)
        found = self.figures
        return Door(room, path, is_here, found.count[room.counts], bool(found.late[room.counts]))

    def _may(self, room: Room) -> bool:
        if room.needs == "staff":
            return bool(self.user.is_staff)
        return not room.needs or bool(self.user.has_perm(room.needs))

    @property
    def bell(self) -> int:
        return self.figures.bell

    @property
    def seats(self) -> list[Seat]:
        return self.figures.seats

    @property
    def register(self) -> str:
        """Return the address of the first register the reader may enter, for the key g r."""
        doors = [
            d for title, doors in self.groups for d in doors if title and d.room.needs != "staff"
        ]
        return doors[0].path if doors else ""

    @property
    def new(self) -> Door | None:
        """Return where a new row is begun, for the key g n and the desk."""
        path = path_of(NEW.url)
        return (
            Door(NEW, path, is_here=False, n=0, is_late=False) if path and self._may(NEW) else None
        )

    @property
    def back(self) -> str:
        """Return the page one came from, when it is one of ours."""
        here = self.request.headers.get("referer", "")
        is_ours = url_has_allowed_host_and_scheme(here, {self.request.get_host()})
        return here if is_ours and here != self.request.build_absolute_uri() else ""

    @property
    def search(self) -> str:
        return path_of("office:search")


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Give templates the frame; costs nothing until it is used."""
    return {"shell": Shell(request)}


@lru_cache(maxsize=64)
def path_of(name: str) -> str:
    """Return the path of a URL name, or nothing while that room is not built."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def figures(user: User) -> Figures:
    """Read the counts of the seat, the bell, and the seats a person may take, in one query."""
    today = clock.today()
    found = Figures(Counter(), Counter(), 0, [])
    kinds: dict[int, str] = {}
    for sort, about, words, n, late in _work(user.seat, today).union(
        _bell(user), _seats(user, today), all=True
    ):
        if sort == "bell":
            found.bell = n
        elif sort == "seat":
            until, name = words.split(" ", 1)
            found.seats.append(Seat(about, name, dt.date.fromisoformat(until)))
        else:
            kind = kinds.setdefault(about, _kind(about))
            for key in (sort, kind) if sort == "work" else (sort,):
                found.count[key] += n
                found.late[key] += late
    return found


def _kind(content_type: int) -> str:
    kind = ContentType.objects.get_for_id(content_type)
    return f"{kind.app_label}.{kind.model}"


def _work(seat: User, today: dt.date) -> Any:
    """Open items of the seat by kind: what it owes, and what it has to read."""
    sort = Case(
        When(reading=True, then=Value("reading")), default=Value("work"), output_field=CharField()
    )
    return (
        WorkItem.objects.open()
        .owed_by(seat)
        .order_by()
        .annotate(sort=sort, about=F("content_type"), words=Value("", CharField()))
        .values("sort", "about", "words")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
        .values_list("sort", "about", "words", "n", "late")
    )


def _bell(user: User) -> Any:
    unread = Notice.objects.filter(recipient=user, read_at=None).order_by()
    return (
        unread.annotate(
            sort=Value("bell", CharField()), about=Value(0), words=Value("", CharField())
        )
        .values("sort", "about", "words")
        .annotate(n=Count("pk"), late=Value(0))
        .values_list("sort", "about", "words", "n", "late")
    )


def _seats(user: User, today: dt.date) -> Any:
    mine = Acting.objects.in_force(today).filter(deputy=user, absent__is_active=True).order_by()
    words = Concat(
        Cast("ends_on", CharField()), Value(" "), "absent__name", output_field=CharField()
    )
    return mine.annotate(
        sort=Value("seat", CharField()), about=F("absent"), words=words, n=Value(0), late=Value(0)
    ).values_list("sort", "about", "words", "n", "late")
