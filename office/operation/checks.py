"""What the office stands on, and whether it is well. A later area adds its function to CHECKS.

A check answers in words for the officer; machines are told only its name and whether it holds.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from office import fonts as faces

KEPT_SECONDS = 2  # however often somebody asks, the services are asked no oftener
SILENT_SECONDS = 120  # several pulses that did not come
LEAST_FREE_BYTES = 2**30
WORKER, BEAT = "worker", "beat"


@dataclass(frozen=True)
class Found:
    """The answer of one check."""

    name: str
    label: str
    ok: bool
    words: str


def database() -> Found:
    """PostgreSQL answers."""
    label = _("Database")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0].split()[0]
    except Error:
        return Found("database", label, False, _("PostgreSQL does not answer."))
    return Found("database", label, True, _("PostgreSQL %(n)s answers.") % {"n": version})


def redis() -> Found:
    """Redis keeps and returns a value."""
    label, sign = _("Queue and cache"), str(time.time())
    try:
        cache.set("pulse:redis", sign, 60)
        well = cache.get("pulse:redis") is not None
    except RedisError:
        well = False
    words = _("Redis answers.") if well else _("Redis does not answer.")
    return Found("redis", label, well, words)


def worker() -> Found:
    """A worker did what was asked of it."""
    hint = _("Nothing is done in the background: look at the worker, or whether it is overloaded.")
    return _pulse(WORKER, _("Background work"), hint)


def beat() -> Found:
    """The clock that starts the sweeps goes."""
    hint = _("No sweep is started: look at the clock process (beat).")
    return _pulse(BEAT, _("Schedule"), hint)


def disk() -> Found:
    """There is room where the office writes."""
    free = min(shutil.disk_usage(place).free for place in _places())
    words = _("%(size)s are free.") % {"size": filesizeformat(free)}
    if free < LEAST_FREE_BYTES:
        words = _("Only %(size)s are free: make room before nothing can be written.")
        words %= {"size": filesizeformat(free)}
    return Found("disk", _("Disk space"), free >= LEAST_FREE_BYTES, words)


def fonts() -> Found:
    """Every role on paper has a font."""
    found = faces.found()
    gone = [each.role.label for each in found if each.standing == "missing"]
    poor = [each.role.label for each in found if each.standing == "rare"]
    if gone:
        words = _("No font for %(roles)s: paper cannot be printed as it should.")
    elif poor:
        words = _("Noto stands in for %(roles)s.")
    else:
        words = _("Every typeface is there.")
    roles = "、".join(map(str, gone or poor))
    return Found("fonts", _("Fonts for paper"), not gone, words % {"roles": roles})


CHECKS: list[Callable[[], Found]] = [database, redis, worker, beat, disk, fonts]


def look() -> list[Found]:
    """Ask everything now."""
    return [check() for check in CHECKS]


class Kept:
    """What was found, for a moment: a flood of questions costs no more than one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until, self._found = 0.0, list[Found]()

    def __call__(self) -> list[Found]:
        with self._lock:
            if time.monotonic() > self._until:
                self._found = look()
                self._until = time.monotonic() + KEPT_SECONDS
            return self._found


kept = Kept()


# --- signs of life --------------------------------------------------------------------------------


def beat_of(name: str) -> None:
    """Note that a process lives; called by the process itself."""
    cache.set(f"pulse:{name}", time.time(), None)


def _pulse(name: str, label: str, hint: str) -> Found:
    try:
        last: Any = cache.get(f"pulse:{name}")
    except RedisError:
        return Found(name, label, False, _("Unknown while Redis does not answer."))
    if last is None:
        none = _("No sign of life yet.")
        return Found(name, label, False, f"{none} {hint}")
    age = max(0, int(time.time() - last))
    words = _("Last sign of life %(n)s s ago.") % {"n": age}
    if age > SILENT_SECONDS:
        return Found(name, label, False, f"{words} {hint}")
    return Found(name, label, True, words)


def _places() -> list[Path]:
    wanted = [Path(settings.VAR), Path(settings.MEDIA_ROOT)]
    return [place for place in wanted if place.exists()] or [Path(settings.BASE_DIR)]
