"""Make a backup, put it back, rehearse that."""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import shutil
import tempfile
import time
import tomllib
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from office import clock
from office.access import roles_with
from office.backup import parts, rows
from office.backup.parts import Manifest
from office.errors import Refused
from office.jobs import services as jobs
from office.jobs.models import Job
from office.jobs.registry import Result
from office.people.models import User

BY_HASH = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})")
PREFIX = "zhongshu-"
KIND, OPERATE = "restore-rehearsal", "office.operate"
logger = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Report:
    """What a rehearsal found to be whole."""

    tables: int
    rows: int
    files: int
    size_bytes: int
    seconds: float

    def __str__(self) -> str:
        return _(
            "%(tables)s tables, %(rows)s rows and %(files)s files (%(size)s) came back equal, in "
            "%(seconds)s seconds."
        ) % {
            "tables": self.tables, "rows": self.rows, "files": self.files,
            "size": filesizeformat(self.size_bytes), "seconds": f"{self.seconds:.0f}",
        }  # fmt: skip


# --- make -----------------------------------------------------------------------------------------


def make(folder: Path) -> Manifest:
    """Write everything into a new folder; it has its name only once it is whole (A35).

    Raises Refused: the folder is not empty, or a web server hands it out.
    """
    parts.refuse_place(folder)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))  # 0700
    try:
        manifest = _write(work)
        os.sync()
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    logger.info("backup made rows=%s files=%s", manifest.rows, len(manifest.files))
    return manifest


def new_place() -> Path:
    """Name the folder of the next backup among those of this office."""
    return Path(settings.BACKUP_DIR) / f"{PREFIX}{clock.now():%Y%m%d-%H%M%S}"


def _write(work: Path) -> Manifest:
    version = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf8"))
    with rows.snapshot() as raw:  # before the files: those it names are there already
        manifest = Manifest(
            made_at=clock.now().isoformat(timespec="seconds"),
            version=version["project"]["version"],
            migrations=rows.migrations(raw),
        )
        for name, table in rows.tables(raw).items():
            one = rows.Tally()
            path = f"tables/{name}.gz"
            manifest.parts[path] = parts.pack(one.through(rows.read(raw, table)), work / path)
            manifest.tables[name] = one.rows(raw, table)
        named = _named(raw)
    _write_files(work, manifest)
    if missing := named - set(manifest.files):
        with rows.snapshot() as raw:  # what was swept away meanwhile is named no more
            missing &= _named(raw)
    for path in sorted(missing):
        manifest.complaints.append(_("%(path)s is missing from the store") % {"path": path})
    parts.close(work, manifest)
    return manifest


def _write_files(work: Path, manifest: Manifest) -> None:
    for path in walk(default_storage):
        try:
            file = default_storage.open(path)
        except FileNotFoundError:  # what a job made may be swept away meanwhile
            continue
        with file:
            part = parts.copy(parts.chunks_of(file), work / "files" / path)
        by_hash = BY_HASH.fullmatch(path)
        if by_hash and by_hash[1] != part.sha256:  # half written, or damaged
            (work / "files" / path).unlink()
            words = _("%(path)s is not what its name says and was left out")
            manifest.complaints.append(words % {"path": path})
        else:
            manifest.parts[f"files/{path}"] = part


def walk(storage: Storage, folder: str = "") -> Iterator[str]:
    """Yield the path of every file in a store."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in sorted(files))
    for name in sorted(folders):
        yield from walk(storage, f"{folder}{name}/")


NAMED = """
    SELECT path FROM office_attachment UNION SELECT path FROM office_heldfile
    UNION SELECT path FROM office_job WHERE path <> ''
    UNION SELECT paper_path FROM office_letter WHERE paper_path <> ''"""


def _named(raw: psycopg.Connection) -> set[str]:
    return {path for (path,) in raw.execute(NAMED)}


# --- put back -------------------------------------------------------------------------------------


def restore(folder: Path, *, into: str = "", other_key: bool = False) -> Report:
    """Put a backup back, into an empty database or a new one, and compare every row and byte.

    Files that are there already with the same bytes are left. Brings the tables up to date when
    the office is newer than the backup. Raises Refused: changed, not empty, or made by a newer
    version.
    """
    manifest = parts.verified(folder, other_key=other_key)
    with _database(into) as alias:
        report = _restore(folder, manifest, alias, default_storage, _silent)
        call_command("migrate", database=alias, interactive=False, verbosity=0)
    logger.info("backup restored rows=%s files=%s", report.rows, report.files)
    return report


def rehearse(folder: Path, progress: Progress | None = None, *, other_key: bool = False) -> Report:
    """Restore into a scratch database and a scratch folder, compare, and clean up.

    Raises Refused, which names what is not as it was.
    """
    progress = progress or _silent
    progress(0, 4)
    manifest = parts.verified(folder, other_key=other_key)
    name = f"rehearsal_{uuid.uuid4().hex[:12]}"
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="rehearsal-", dir=settings.VAR) as scratch,
        rows.beside(name, keep=False) as alias,
    ):
        report = _restore(folder, manifest, alias, FileSystemStorage(scratch), progress)
    logger.info("backup rehearsed rows=%s files=%s", report.rows, report.files)
    return report


@contextmanager
def _database(into: str) -> Iterator[str]:
    if into:
        with rows.beside(into, keep=True) as alias:
            yield alias
    elif rows.is_empty(DEFAULT_DB_ALIAS):
        yield DEFAULT_DB_ALIAS
    else:
        raise Refused(
            _("The database is not empty. Restore into a new one beside it: --into NAME.")
        )


def _restore(
    folder: Path, manifest: Manifest, alias: str, storage: Storage, progress: Progress
) -> Report:
    begun = time.monotonic()
    progress(1, 4)
    rows.build(alias, manifest.migrations)
    rows.load(alias, manifest.tables, lambda name: parts.unpack(folder / "tables" / f"{name}.gz"))
    progress(2, 4)
    for path in manifest.files:
        _put(folder / "files" / path, storage, path)
    progress(3, 4)
    if differ := [*_unequal_tables(manifest, alias), *_unequal_files(manifest, storage)]:
        raise Refused(
            _("After restoring, this is not as it was: %(names)s.") % {"names": "、".join(differ)}
        )
    progress(4, 4)
    return Report(
        tables=len(manifest.tables), rows=manifest.rows, files=len(manifest.files),
        size_bytes=manifest.size_bytes, seconds=time.monotonic() - begun,
    )  # fmt: skip


def _put(source: Path, storage: Storage, path: str) -> None:
    if not storage.exists(path):
        with source.open("rb") as file:
            storage.save(path, File(file))


def _unequal_tables(manifest: Manifest, alias: str) -> list[str]:
    found = rows.tally(alias)
    return [n for n, table in manifest.tables.items() if found[n] != (table.count, table.sha256)]


def _unequal_files(manifest: Manifest, storage: Storage) -> Iterator[str]:
    for path in manifest.files:
        through = parts.Digests()
        with storage.open(path) as file:
            for chunk in parts.chunks_of(file):
                through.write(chunk)
        if through.part != manifest.parts[f"files/{path}"]:
            yield path


def _silent(_done: int, _total: int) -> None:
    """Nobody watches."""


# --- the newest one -------------------------------------------------------------------------------


def newest() -> Path | None:
    """Return the newest whole backup of this office, or None."""
    place = Path(settings.BACKUP_DIR)
    folders = sorted(place.glob(f"{PREFIX}*"), reverse=True) if place.is_dir() else []
    return next((folder for folder in folders if parts.head(folder)), None)


@transaction.atomic
def ask_for_rehearsal(actor: User | None = None) -> Job | None:
    """Start a rehearsal as a long task of the system officer, who is told how it ended.

    Asked for twice by one person it is one. Without an actor (the weekly one) nothing is started
    when there was one within a day, or when there is no officer.
    """
    officers = User.objects.active().filter(roles__overlap=roles_with(OPERATE)).order_by("pk")
    if actor is None:
        since = clock.now() - dt.timedelta(days=1)
        actor = officers.select_for_update(of=("self",)).first()
        if actor is None or Job.objects.filter(kind=KIND, created_at__gt=since).exists():
            return None
    else:
        officers.select_for_update(of=("self",)).get(pk=actor.pk)
    open_ = Job.objects.filter(kind=KIND, asked_by=actor, finished_at=None).first()
    return open_ or jobs.start(KIND, _("Restore rehearsal"), {}, actor=actor)


def last_rehearsal() -> Job | None:
    """Return the rehearsal that was asked for last, whoever asked."""
    return Job.objects.filter(kind=KIND).first()


def rehearse_newest(_given: Mapping[str, Any], _actor: Any, progress: Progress) -> Result:
    """Rehearse the newest backup as a long task, and answer in words. Raises Refused."""
    if not (folder := newest()):
        raise Refused(_("There is no backup in %(folder)s.") % {"folder": settings.BACKUP_DIR})
    return Result(message=f"{folder.name}: {rehearse(folder, progress)}")
