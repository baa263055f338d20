"""Look into a ZIP, OFD or Office file without unpacking it to disk."""

import html
import re
import stat
import zipfile
import zlib
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from office.files import names
from office.files.kinds import KINDS, OPEN_XML

MEMBERS = 2000
UNPACKED_BYTES = 300 * 2**20
SMALL_BYTES = 20 * 2**20  # below this no ratio is suspicious
RATIO = 100
CHUNK = 2**16
TEXT_BYTES = 8 * 2**20  # read of a DOCX's text: search keeps less than that
# A document type declaration is what XXE and entity bombs need; Office and OFD never write one.
DECLARED = tuple("<!DOCTYPE".encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be"))
MACROS = re.compile(r"vbaproject\.bin$|(^|/)macrosheets/|(^|/)activex/", re.IGNORECASE)


def look_into(file: IO[bytes], extension: str) -> str:
    """Refuse an archive that is a bomb, a trap or not what its extension says.

    Returns the text of a DOCX, else nothing. Raises ValidationError.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _refuse_bomb(members)
            for member in members:
                _refuse_member(member)
            if extension == "zip":
                _refuse_strangers(members)
                return ""
            _refuse_other_kind(archive.namelist(), extension)
            _refuse_declarations(archive, members)
            return _text(archive) if extension == "docx" else ""
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise ValidationError(
            _("This archive is damaged and cannot be opened."), "damaged"
        ) from None


def _refuse_bomb(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    swollen = unpacked > SMALL_BYTES and unpacked / packed > RATIO
    if len(members) > MEMBERS or unpacked > UNPACKED_BYTES or swollen:
        message = _("Unpacked, this archive would be far too large (%(mb)s MB in %(n)s files).")
        raise ValidationError(message, "bomb", {"mb": unpacked // 2**20, "n": len(members)})


def _refuse_member(member: zipfile.ZipInfo) -> None:
    name = _name(member)
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in name:
        message = _("The archive wants to write outside its folder: %(name)s.")
        raise ValidationError(message, "path", {"name": names.clean(name)})
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ValidationError(_("The archive holds a link instead of a file."), "link")
    if member.flag_bits & 0x1:
        message = _("The archive is locked with a password; send it without one.")
        raise ValidationError(message, "password")
    if MACROS.search(name):
        message = _("The file carries macros. Save it without macros and upload it again.")
        raise ValidationError(message, "macro")


def _refuse_strangers(members: list[zipfile.ZipInfo]) -> None:
    """Refuse what may not be uploaded by itself, and archives inside archives."""
    for member in members:
        name = _name(member)
        names.refuse_classified(name)
        extension = name.rpartition(".")[2].lower()
        if not member.is_dir() and (extension not in KINDS or extension == "zip"):
            message = _("The archive holds a kind of file that is not taken: %(name)s.")
            raise ValidationError(message, "stranger", {"name": names.clean(name)})


def _refuse_other_kind(parts: list[str], extension: str) -> None:
    inside = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}.get(extension, "")
    wanted = KINDS[extension].member or OPEN_XML
    if wanted not in parts or not any(part.startswith(inside) for part in parts):
        message = _("The content is not what the extension .%(extension)s says.")
        raise ValidationError(message, "mismatch", {"extension": extension})


def _refuse_declarations(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        tail = b""
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                if any(mark in tail + chunk for mark in DECLARED):
                    message = _("The file declares a document type inside (%(name)s): refused.")
                    raise ValidationError(message, "doctype", {"name": names.clean(_name(member))})
                tail = chunk[-20:]


def _text(archive: zipfile.ZipFile) -> str:
    if "word/document.xml" not in archive.namelist():
        return ""
    with archive.open("word/document.xml") as part:
        xml = part.read(TEXT_BYTES).decode("utf-8", "replace")
    lines = re.sub(r"</w:p>", "\n", xml)
    return html.unescape(re.sub(r"<[^>]*>", "", lines))


def _name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; without the UTF-8 flag Chinese packers write GB 18030."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename
