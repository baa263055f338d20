"""The folder of a backup: its parts, what they weigh, and whether they are still what they were.

manifest.json      every part with its size and digests, every table with its rows
manifest.seal      digests of the manifest, and a seal made with this office's secret key
tables/NAME.gz     the rows of one table as PostgreSQL's COPY writes them
files/PATH         one file of the store
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from office.errors import Refused
from office.files import sm3

MANIFEST, SEAL = "manifest.json", "manifest.seal"
FORMAT = 1
CHUNK = 2**20
WEB_ROOTS = ("/var/www", "/usr/share/nginx")
SHOWN = 20  # so many complaints are named in one sentence


@dataclass(frozen=True)
class Part:
    """One file of a backup."""

    size_bytes: int
    sha256: str
    sm3: str


@dataclass(frozen=True)
class Rows:
    """One table: its columns, how many rows, and the digest of them all in order of their key."""

    columns: list[str]
    count: int
    sha256: str
    sequences: dict[str, list[Any]]


@dataclass
class Manifest:
    """What a backup holds; `complaints` is what was wrong with the store already then."""

    made_at: str
    version: str
    migrations: list[list[str]]
    tables: dict[str, Rows] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """Return the paths of the store's files, as the store knows them."""
        return [path.removeprefix("files/") for path in self.parts if path.startswith("files/")]

    @property
    def rows(self) -> int:
        return sum(table.count for table in self.tables.values())

    @property
    def size_bytes(self) -> int:
        return sum(part.size_bytes for part in self.parts.values())


class Digests(io.RawIOBase):
    """What everything is written through: it counts and digests on the way."""

    def __init__(self, target: IO[bytes] | None = None) -> None:
        self._target = target
        self._sha256, self._sm3, self._size = hashlib.sha256(), sm3.new(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self._target is not None:
            self._target.write(data)
        self._sha256.update(data)
        self._sm3.update(bytes(data))
        self._size += len(data)
        return len(data)

    @property
    def part(self) -> Part:
        return Part(self._size, self._sha256.hexdigest(), self._sm3.hexdigest())


def private_file(path: Path) -> IO[bytes]:
    """Open a new file that only its owner reads, in folders that only he enters."""
    _private_folder(path.parent)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _private_folder(folder: Path) -> None:
    if not folder.exists():
        _private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def copy(chunks: Iterable[bytes], path: Path) -> Part:
    """Write bytes as they are."""
    with private_file(path) as file:
        through = Digests(file)
        for chunk in chunks:
            through.write(chunk)
    return through.part


def pack(chunks: Iterable[bytes], path: Path) -> Part:
    """Write bytes compressed; the same bytes make the same part."""
    with private_file(path) as file:
        through = Digests(file)
        with gzip.GzipFile("", "wb", 6, through, mtime=0) as packed:
            for chunk in chunks:
                packed.write(chunk)
    return through.part


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """Read an open file piece by piece."""
    while chunk := file.read(CHUNK):
        yield chunk


def unpack(path: Path) -> Iterator[bytes]:
    """Read a packed part."""
    with gzip.open(path, "rb") as file:
        yield from chunks_of(file)  # type: ignore[arg-type]


def digest(path: Path) -> Part:
    """Weigh and digest one file."""
    through = Digests()
    with path.open("rb") as file:
        for chunk in chunks_of(file):
            through.write(chunk)
    return through.part


# --- the manifest ---------------------------------------------------------------------------------


def close(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and seal it."""
    told = {"format": FORMAT, **asdict(manifest)}
    words = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()
    with private_file(folder / MANIFEST) as file:
        file.write(words)
    with private_file(folder / SEAL) as file:
        file.write(_seal(words))


def verified(folder: Path, *, other_key: bool = False) -> Manifest:
    """Return the manifest of a backup in which nothing was changed since it was made (A35).

    `other_key` takes a seal of another installation: the digests then still find damage, but not
    somebody who wrote them anew. Raises Refused, which names every part that was changed.
    """
    _check_seal(folder, other_key=other_key)
    manifest = _read(folder)
    if changed := [*_changed(folder, manifest)]:
        more = [f"+{len(changed) - SHOWN}"] if len(changed) > SHOWN else []
        raise Refused(
            _("This backup is not what was made: %(parts)s. Nothing was restored.")
            % {"parts": "；".join(changed[:SHOWN] + more)}
        )
    return manifest


def head(folder: Path) -> Manifest | None:
    """Return the manifest of a whole backup by its seal alone, or None."""
    try:
        _check_seal(folder, other_key=True)
        return _read(folder)
    except Refused:
        return None


def _seal(words: bytes) -> bytes:
    own = sm3.new()
    own.update(words)
    key = salted_hmac("office.backup", words, algorithm="sha256").hexdigest()
    lines = {"sha256": hashlib.sha256(words).hexdigest(), "sm3": own.hexdigest(), "seal": key}
    return "".join(f"{name} {value}\n" for name, value in lines.items()).encode()


def _check_seal(folder: Path, *, other_key: bool) -> None:
    try:
        words, given = (folder / MANIFEST).read_bytes(), (folder / SEAL).read_bytes().split(b"\n")
    except OSError:
        raise Refused(_("%(folder)s holds no finished backup.") % {"folder": folder}) from None
    wanted = _seal(words).split(b"\n")
    if len(given) == len(wanted):
        fits = [hmac.compare_digest(*pair) for pair in zip(given, wanted, strict=True)]
        if all(fits) or (other_key and all(fits[:2])):
            return
        if all(fits[:2]):
            raise Refused(
                _(
                    "The seal of this backup was made with another secret key, or by somebody "
                    "else. If it comes from your other installation, restore with --other-key."
                )
            )
        name = MANIFEST if not any(fits[:2]) else SEAL
    else:
        name = SEAL
    raise Refused(
        _("This backup is not what was made: %(parts)s. Nothing was restored.")
        % {"parts": _("%(part)s was changed") % {"part": name}}
    )


def _read(folder: Path) -> Manifest:
    told = json.loads((folder / MANIFEST).read_bytes())
    if told.pop("format") != FORMAT:
        raise Refused(_("This backup was made by a newer version: install that first."))
    told["tables"] = {name: Rows(**rows) for name, rows in told["tables"].items()}
    told["parts"] = {path: Part(**part) for path, part in told["parts"].items()}
    return Manifest(**told)


def _changed(folder: Path, manifest: Manifest) -> Iterator[str]:
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}
    for name in sorted(there - set(manifest.parts) - {MANIFEST, SEAL}):
        yield _("%(part)s was added") % {"part": name}
    for name, part in manifest.parts.items():
        path = folder / name
        steps = PurePosixPath(name)
        if steps.is_absolute() or ".." in steps.parts or path.is_symlink():
            yield _("%(part)s leads out of the folder") % {"part": name}
        elif name not in there:
            yield _("%(part)s is missing") % {"part": name}
        elif digest(path) != part:
            yield _("%(part)s was changed") % {"part": name}


# --- where a backup may lie -----------------------------------------------------------------------


def refuse_place(folder: Path) -> None:
    """Raise Refused for a folder that is in use, or that a web server hands out (A35)."""
    here = folder.resolve()
    open_: list[Path | str] = [
        settings.MEDIA_ROOT,
        settings.STATIC_ROOT,
        *settings.STATICFILES_DIRS,
    ]
    for place in map(Path, [*open_, settings.BASE_DIR / "docs", "/var/www", "/usr/share/nginx"]):
        if here.is_relative_to(place.resolve()):
            raise Refused(
                _("%(folder)s can be reached from the web: choose a folder outside %(place)s.")
                % {"folder": folder, "place": place}
            )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(
            _("%(folder)s is not empty: a backup is never written over another.")
            % {"folder": folder}
        )
