"""A backup is whole, is found out when it was changed, and comes back byte for byte (A35)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import TransactionTestCase, override_settings

from documents.receipt.services import closing
from documents.receipt.workflow import State
from office.backup import parts, rows, services
from office.errors import Refused
from office.files import holding
from office.files.models import Attachment, HeldFile
from office.jobs import registry
from office.jobs.models import Job
from office.mail.models import Letter
from office.notifications.models import Notice
from tests.documents.factories import make_office, walk
from tests.office.factories import NoticeFactory

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "关于更新\t标准\\n目录的通知\n第二行"  # everything COPY has to escape


@pytest.fixture(autouse=True)
def scratch(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests reach the database that a restore makes."""
    for case in TransactionTestCase.__subclasses__():  # pytest-django's own is among them
        monkeypatch.setattr(case, "databases", {"default", rows.SCRATCH})


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Any]:
    """Give an office with a document, a file, a session and a page picture; files of its own."""
    with override_settings(
        MEDIA_ROOT=tmp_path / "media", BACKUP_DIR=tmp_path / "backups", VAR=tmp_path / "var"
    ):
        office = make_office()
        row = walk(None, State.HANDLING, office)
        NoticeFactory(recipient=office.clerk, text=WORDS)
        upload = SimpleUploadedFile("附件.txt", "正文".encode())
        closing.attach(row.pk, actor=office.clerk, upload=upload)
        default_storage.save("pages/x-1.png", ContentFile(bytes(range(256)) * 999))
        session = SessionStore()
        session["who"] = 1
        session.save()
        yield office


@pytest.fixture
def folder(lived: Any, tmp_path: Path) -> Path:
    made = tmp_path / "backup"
    call_command("backup", made)
    return made


def store() -> dict[str, bytes]:
    return {path: default_storage.open(path).read() for path in services.walk(default_storage)}


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[None]:
    """Take everything away: an empty database in place of the office's, and an empty store."""
    name = connection.settings_dict["NAME"]
    with override_settings(MEDIA_ROOT=tmp_path / "anew"), rows.beside("bare_again", keep=False):
        connection.close()
        connection.settings_dict["NAME"] = "bare_again"
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name


def test_all_that_was_lost_comes_back_byte_for_byte(folder, request):
    before, files = rows.tally("default"), store()
    assert before["office_entry"][0] > 3
    assert len(files) == 2
    request.getfixturevalue("bare")
    assert store() == {}

    call_command("restore", folder)

    after = rows.tally("default")
    assert after == before
    assert store() == files
    assert Attachment.objects.get().name == "附件.txt"
    with pytest.raises(psycopg.errors.RestrictViolation):
        connection.cursor().connection.execute("DELETE FROM office_entry")


def test_keys_go_on_where_they_stood(folder, lived, request):
    later = NoticeFactory(recipient=lived.clerk).pk
    request.getfixturevalue("bare")
    services.restore(folder)
    assert NoticeFactory(recipient=lived.clerk).pk == later
    assert WORDS in Notice.objects.values_list("text", flat=True)


def test_the_backup_is_its_owners_alone_and_opens_no_session(folder):
    for path in [folder, *folder.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
    manifest = parts.verified(folder)
    assert manifest.tables["django_session"].count == 0
    assert set(manifest.parts["tables/office_user.gz"].__dict__) == {"size_bytes", "sha256", "sm3"}
    assert [f"{app}.{name}" for app, name in manifest.migrations if app == "office"]
    assert manifest.version
    assert manifest.complaints == []


def test_a_paper_that_is_gone_is_missed_whoever_named_it(lived, tmp_path):
    upload = SimpleUploadedFile("来文.txt", "只此一份".encode())  # else an attachment names it too
    held = holding.hold(upload, actor=lived.clerk, form_key=uuid4())
    job = Job.objects.create(kind="x", title="x", asked_by=lived.clerk, path="jobs/gone")
    letter = Letter.objects.create(
        recipient=lived.clerk, kind="weekly", key="k", subject="清单", text="见附件",
        paper_name="清单.pdf", paper_path="letters/gone.pdf",
    )  # fmt: skip
    Letter.objects.create(  # forgotten by retention: it names no paper any more
        recipient=lived.clerk, kind="weekly", key="old", subject="清单", paper_name="清单.pdf",
        state=Letter.State.DROPPED,
    )  # fmt: skip
    default_storage.delete(held.path)
    complaints = services.make(tmp_path / "missed").complaints
    gone = sorted([held.path, job.path, letter.paper_path])
    assert [next(p for p in gone if p in said) for said in complaints] == gone


def test_a_paper_swept_away_meanwhile_is_not_missed(lived, tmp_path, monkeypatch):
    upload = SimpleUploadedFile("来文.txt", "另文".encode())
    held = holding.hold(upload, actor=lived.clerk, form_key=uuid4())
    real = FileSystemStorage.listdir

    def swept(self, path):
        if HeldFile.objects.filter(pk=held.pk).exists():
            holding.let_go(HeldFile.objects.filter(pk=held.pk))
        return real(self, path)

    monkeypatch.setattr(FileSystemStorage, "listdir", swept)
    manifest = services.make(tmp_path / "meanwhile")
    assert held.path not in manifest.files
    assert manifest.complaints == []


def flip(path: Path, at: int = -1) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def every_part(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a35_a_flipped_byte_is_named_wherever_it_is(folder):
    whole = parts.verified(folder)
    for path in every_part(folder):
        for at in (path.stat().st_size // 2, -1):
            flip(path, at)
            with pytest.raises(Refused) as told:
                parts.verified(folder)
            named = str(path.relative_to(folder))
            assert told.value.reason.count("已被改动") == 1
            assert f"：{named} 已被改动" in told.value.reason
            flip(path, at)
    assert parts.verified(folder) == whole


def test_a35_nothing_is_restored_of_a_changed_backup(folder, request):
    request.getfixturevalue("bare")
    flip(folder / "tables" / "office_entry.gz")
    with pytest.raises(CommandError, match=r"tables/office_entry\.gz"):
        call_command("restore", folder)
    assert rows.is_empty("default")
    assert store() == {}


def test_a35_parts_that_came_or_went_are_named(folder):
    (folder / "tables" / "office_entry.gz").rename(folder / "files" / "more")
    with pytest.raises(Refused, match=r"files/more.*tables/office_entry\.gz"):
        services.rehearse(folder)


def test_a35_a_manifest_written_anew_is_refused(folder, settings):
    """Who changes a part and its digests with it has not our key; nor does he lead us outside."""
    manifest = parts.verified(folder)
    changed = folder / "tables" / "office_user.gz"
    changed.unlink()
    manifest.parts["tables/office_user.gz"] = parts.pack([b"another\n"], changed)
    manifest.parts["../outside"] = manifest.parts["tables/office_user.gz"]
    for name in (parts.MANIFEST, parts.SEAL):
        (folder / name).unlink()
    key, settings.SECRET_KEY = settings.SECRET_KEY, "somebody else's"
    parts.close(folder, manifest)
    settings.SECRET_KEY = key
    with pytest.raises(Refused, match="--other-key"):
        services.rehearse(folder)
    with pytest.raises(Refused, match=r"\.\./outside"):
        services.rehearse(folder, other_key=True)


def test_a_backup_of_another_installation_is_taken_when_asked(folder, settings):
    settings.SECRET_KEY = "of the new machine"
    with pytest.raises(CommandError, match="--other-key"):
        call_command("restore_drill", folder)
    assert parts.verified(folder, other_key=True).rows


def test_nothing_is_restored_over_a_living_office(folder):
    before = rows.tally("default")
    with pytest.raises(CommandError, match="--into"):
        call_command("restore", folder)
    assert rows.tally("default") == before


def test_a_backup_is_restored_into_a_new_database_beside(folder):
    call_command("restore", folder, into="beside_it")
    try:
        with pytest.raises(CommandError):  # the name is taken now
            call_command("restore", folder, into="beside_it")
        with rows.snapshot() as raw:
            names = {name for (name,) in raw.execute("SELECT datname FROM pg_database")}
        assert "beside_it" in names
    finally:
        connection.cursor().execute("DROP DATABASE beside_it")


@pytest.mark.parametrize("place", ["MEDIA_ROOT", "STATIC_ROOT", "BASE_DIR"])
def test_a35_a_place_the_web_reaches_is_refused(lived, place):
    inside = Path(getattr(settings, place)) / ("static" if place == "BASE_DIR" else "") / "backup"
    with pytest.raises(CommandError):
        call_command("backup", inside)
    assert not inside.exists()


def test_a_folder_in_use_is_refused(lived, tmp_path):
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "other").touch()
    with pytest.raises(CommandError):
        call_command("backup", tmp_path / "used")
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["other"]


def test_a_backup_that_broke_off_leaves_nothing(lived, tmp_path, monkeypatch):
    monkeypatch.setattr(default_storage, "listdir", lambda _path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.make(tmp_path / "broken")
    assert not [path for path in tmp_path.iterdir() if "broken" in path.name]


def test_a_damaged_file_and_a_lost_one_are_told(lived, tmp_path):
    path = Attachment.objects.get().path
    flip(Path(settings.MEDIA_ROOT) / path)
    with pytest.raises(CommandError, match=path):
        call_command("backup", tmp_path / "damaged")
    default_storage.delete(path)
    with pytest.raises(CommandError, match=path):
        call_command("backup", tmp_path / "lost")


def test_a_drill_compares_and_leaves_nothing_behind(folder, capsys):
    call_command("restore_drill", folder)
    assert "2" in capsys.readouterr().out
    assert list((folder.parent / "var").iterdir()) == []
    with rows.snapshot() as raw:
        left = raw.execute("SELECT 1 FROM pg_database WHERE datname LIKE 'rehearsal%'").fetchall()
    assert left == []
    assert rows.SCRATCH not in connections.databases


def test_a_backup_of_a_newer_version_is_refused(folder, monkeypatch):
    whole = rows.migrations
    monkeypatch.setattr(rows, "migrations", lambda raw: [*whole(raw), ["office", "9999_later"]])
    newer = folder.with_name("newer")
    services.make(newer)
    with pytest.raises(Refused, match=r"office\.9999_later"):
        services.rehearse(newer)


def test_the_newest_whole_backup_is_rehearsed(lived):
    with pytest.raises(Refused):
        services.rehearse_newest({}, None, services._silent)
    call_command("backup")
    whole = services.newest()
    assert whole
    later = whole.with_name("zhongshu-99991231-000000")
    shutil.copytree(whole, later)
    (later / parts.SEAL).unlink()  # broken off while being copied
    assert services.newest() == whole
    seen = []
    result = services.rehearse_newest({}, None, lambda done, total: seen.append((done, total)))
    assert isinstance(result, registry.Result)
    assert whole.name in result.message
    assert seen[-1] == (4, 4)
