"""The frame round every page: the rooms one may enter, what is open there, the bell, the seat.

Nothing here is computed until a template asks; then everything that needs the database comes in
one query.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from office import clock, prepared
from office.desk.models import WorkItem
from office.notifications.models import Notice
from office.people.models import Acting, User
from office.prepared import SEAT, SEAT_UNIT, SELF, TODAY


@dataclass(frozen=True)
class Room:
    """One line of the rail. `counts` is "work", "reading", or a model (app.model)."""

    url: str
    label: Any
    icon: str
    needs: str = ""
    counts: str = ""
    key: bool = False  # stays in the bottom bar of a phone

    @property
    def path(self) -> str:
        return path_of(self.url)


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
            Room("documents:dispatch", _("Dispatches"), "outbox", "documents.view_dispatch",
                 "documents.dispatch", key=True),
        ),
    ),
    (
        _("In numbers"),
        (Room("documents:figures", _("Figures"), "chart", "documents.view_figures"),),
    ),
    (
        _("Management"),
        (
            Room("office:mail", _("Mail"), "outbox", "office.keep_mail"),
            Room("admin:index", _("Back-office"), "ledger", "staff"),
            Room("office:operation", _("System status"), "bolt", "office.operate"),
        ),
    ),
)  # fmt: skip

# What the keys of the script lead to, and the first button of the desk.
NEW = Room("documents:incoming-new", _("Register incoming"), "inbox", "documents.register_incoming")


@dataclass(frozen=True)
class Door:
    """A room as the reader sees it; `index` is its group in ROOMS and its place there."""

    index: tuple[int, int]
    path: str
    is_here: bool
    n: int
    is_late: bool

    @property
    def room(self) -> Room:
        group, place = self.index
        return ROOMS[group][1][place]


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


@dataclass(frozen=True)
class Frame:
    """All that decides what the rail and the bar look like: the key of their cache."""

    lang: str
    theme: str
    name: str
    acting_pk: int | None
    acting_name: str
    seats: tuple[Seat, ...]
    doors: tuple[Door, ...]
    bell: int
    words: str
    institution: str
    is_demo: bool

    @property
    def groups(self) -> list[tuple[Any, list[Door]]]:
        """Return the rooms the reader may enter, under their headings."""
        found = [
            (ROOMS[n][0], [d for d in self.doors if d.index[0] == n]) for n in range(len(ROOMS))
        ]
        return [(title, doors) for title, doors in found if doors]

    @property
    def search(self) -> str:
        return path_of("office:search")

    @property
    def other_language(self) -> tuple[str, str, str]:
        """Return the language one may change to: its code, its tag, its name."""
        return ("zh-hans", "zh-Hans", "简体中文") if self.lang == "en" else ("en", "en", "English")


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
    def doors(self) -> tuple[Door, ...]:
        """Return the rooms the reader may enter."""
        rooms = [
            (i, j, room) for i, (_t, group) in enumerate(ROOMS) for j, room in enumerate(group)
        ]
        return tuple(door for i, j, room in rooms if (door := self._door((i, j), room)))

    def _door(self, index: tuple[int, int], room: Room) -> Door | None:
        path = path_of(room.url)
        if not path or not self._may(room):
            return None
        here = self.request.path
        is_here = here == path if path == "/" else here.startswith(path)
        found = self.figures
        return Door(index, path, is_here, found.count[room.counts], bool(found.late[room.counts]))

    def _may(self, room: Room) -> bool:
        if room.needs == "staff":
            return bool(self.user.is_staff)
        return not room.needs or bool(self.user.has_perm(room.needs))

    @cached_property
    def frame(self) -> Frame:
        absent = self.user.acting_for
        is_search = self.request.path == path_of("office:search")
        return Frame(
            lang=self.lang,
            theme=self.theme,
            name=self.user.name,
            acting_pk=absent.pk if absent else None,
            acting_name=absent.name if absent else "",
            seats=tuple(self.figures.seats),
            doors=self.doors,
            bell=self.figures.bell,
            words=self.request.GET.get("q", "")[:100] if is_search else "",
            institution=self.institution,
            is_demo=self.is_demo,
        )

    @property
    def head(self) -> SafeString:
        """Return the links to our stylesheet and scripts."""
        return head()

    @property
    def rail(self) -> SafeString:
        return drawn("components/rail.html", self.frame)

    @property
    def bar(self) -> SafeString:
        return drawn("components/bar.html", self.frame)

    @property
    def bell(self) -> int:
        return self.figures.bell

    @property
    def reading(self) -> int:
        return self.figures.count["reading"]

    @property
    def register(self) -> str:
        """Return the address of the first register the reader may enter, for the key g r."""
        return next((d.path for d in self.doors if "." in d.room.counts), "")

    @property
    def new(self) -> Room | None:
        """Return where a new row is begun, for the key g n and the desk."""
        return NEW if path_of(NEW.url) and self._may(NEW) else None

    @property
    def back(self) -> str:
        """Return the page one came from, when it is one of ours."""
        here = self.request.headers.get("referer", "")
        is_ours = url_has_allowed_host_and_scheme(here, {self.request.get_host()})
        return here if is_ours and here != self.request.build_absolute_uri() else ""


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Give templates the frame; costs nothing until it is used."""
    return {"shell": Shell(request)}


@lru_cache(maxsize=1)
def head() -> SafeString:
    """Draw the links to stylesheet and scripts, once for each process."""
    return render_to_string("components/head.html")


@lru_cache(maxsize=1024)
def drawn(template: str, frame: Frame) -> SafeString:
    """Draw the rail or the bar, once for each state it can be in."""
    return render_to_string(template, {"frame": frame})


@lru_cache(maxsize=64)
def path_of(name: str) -> str:
    """Return the path of a URL name, or nothing while that room is not built."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def figures(user: User) -> Figures:
    """Read the counts of the seat, the bell, and the seats a person may take, in one query."""
    seat = user.seat
    values = {SEAT: seat.pk, SEAT_UNIT: seat.unit_id, SELF: user.pk, TODAY: clock.today()}
    roles = list(seat.roles)
    rows = prepared.fetch(("figures", *roles), lambda: _figures(roles), values)
    found = Figures(Counter(), Counter(), 0, [])
    for sort, about, words, n, late in rows:
        if sort == "bell":
            found.bell = n
        elif sort == "seat":
            until, name = words.split(" ", 1)
            found.seats.append(Seat(about, name, dt.date.fromisoformat(until)))
        else:
            for key in (sort, _kind(about)) if sort == "work" else (sort,):
                found.count[key] += n
                found.late[key] += late
    return found


def _kind(content_type: int) -> str:
    kind = ContentType.objects.get_for_id(content_type)
    return f"{kind.app_label}.{kind.model}"


def _figures(roles: list[str]) -> Any:
    seat = User(pk=SEAT, unit_id=SEAT_UNIT, roles=roles)
    return _work(seat).union(_bell(), _seats(), all=True)


def _work(seat: User) -> Any:
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
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=TODAY)))
        .values_list("sort", "about", "words", "n", "late")
    )


def _bell() -> Any:
    unread = Notice.objects.filter(recipient=SELF, read_at=None).order_by()
    return (
        unread.annotate(
            sort=Value("bell", CharField()), about=Value(0), words=Value("", CharField())
        )
        .values("sort", "about", "words")
        .annotate(n=Count("pk"), late=Value(0))
        .values_list("sort", "about", "words", "n", "late")
    )


def _seats() -> Any:
    mine = Acting.objects.in_force(TODAY).filter(deputy=SELF, absent__is_active=True).order_by()
    words = Concat(
        Cast("ends_on", CharField()), Value(" "), "absent__name", output_field=CharField()
    )
    return mine.annotate(
        sort=Value("seat", CharField()), about=F("absent"), words=words, n=Value(0), late=Value(0)
    ).values_list("sort", "about", "words", "n", "late")
