"""Files are kept once and handed out only through their rows."""

import io
import zipfile

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image

from office.audit.models import Entry
from office.errors import NotAllowed, Refused
from office.files import papers, services
from office.files.forms import FilesField
from office.files.models import Attachment
from office.people.models import Acting, User
from tests.office.papers import EXE, HTML, docx, pdf, picture, upload
from tests.office.rows import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def parent():
    """An acting arrangement hangs files for these tests: it has `visible_to` and an address."""
    absent, deputy = person("王一"), person("李二", username="li")
    return Acting.objects.create(
        absent=absent, deputy=deputy, starts_on="2026-01-01", ends_on="2026-12-31", reason="出差",
        arranged_by=absent,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def address(monkeypatch):
    monkeypatch.setattr(Acting, "get_absolute_url", lambda _row: "/", raising=False)


def as_(user):
    client = Client()
    client.force_login(user, backend="office.people.backends.OfficeBackend")
    return client


def test_the_same_bytes_are_kept_once_and_the_same_file_hangs_once(parent):
    owner = parent.absent
    first = services.store(parent, upload("一.txt", b"abc"), actor=owner)
    again = services.store(parent, upload("一.txt", b"abc"), actor=owner)
    other = services.store(parent, upload("二.txt", b"abc"), actor=owner, step="handle")
    assert (first.pk, first.path) == (again.pk, other.path)
    assert first.path == "ba/78/" + first.sha256
    assert other.pk != first.pk
    folder, kept = default_storage.listdir("ba/78")
    assert (folder, kept) == ([], [first.sha256])
    with default_storage.open(first.path) as file:
        assert file.read() == b"abc"


def test_the_text_given_is_kept_instead_of_the_text_read(parent):
    file = services.store(parent, upload("一.txt", b"abc"), actor=parent.absent, text="更好的文字")
    assert file.text == "更好的文字"


def test_a12_a_file_is_handed_out_as_an_attachment_and_recorded(parent):
    file = services.store(parent, upload("关于“值班”的通知.txt", b"abc"), actor=parent.absent)
    answer = as_(parent.deputy).get(reverse("office:file", args=[file.pk, file.name]))
    assert b"".join(answer.streaming_content) == b"abc"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%85%B3")
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.about(parent).get()
    assert (entry.action, entry.actor, entry.comment) == ("download", parent.deputy, file.name)


def test_a12_only_pdf_and_images_open_in_the_browser(parent):
    client = as_(parent.absent)
    shown_here = [("a.pdf", pdf(), True), ("a.png", picture(), True)]
    fetched = [("a.txt", b"x", False), ("a.tif", picture("TIFF"), False), ("a.docx", docx(), False)]
    for name, data, inline in shown_here + fetched:
        file = services.store(parent, upload(name, data), actor=parent.absent)
        address = reverse("office:file", args=[file.pk, file.name])
        assert client.get(address)["Content-Disposition"].startswith("attachment")
        shown = client.get(f"{address}?inline=1")["Content-Disposition"]
        assert shown.startswith("inline" if inline else "attachment")


@pytest.mark.parametrize(
    "name", ["a\r\nX: y.txt", 'a";b.txt', "a;filename=evil.html.txt", "a%0d%0aX.txt", "关于.txt"]
)
def test_a12_a_name_cannot_write_a_header(parent, name):
    file = services.store(parent, upload(name, b"abc"), actor=parent.absent)
    answer = as_(parent.absent).get(reverse("office:file", args=[file.pk, file.name]))
    assert answer.status_code == 200
    header = answer["Content-Disposition"]
    assert "\n" not in header
    assert header.startswith("attachment")
    assert "X" not in answer.headers


def test_a2_a_file_is_seen_only_through_its_row(parent):
    file = services.store(parent, upload("a.pdf", pdf()), actor=parent.absent)
    kind = ContentType.objects.get_for_model(Acting).pk
    stranger = as_(person("赵六", username="zhao"))
    for address in (
        reverse("office:file", args=[file.pk, file.name]),
        reverse("office:file-page", args=[file.pk, 1]),
        reverse("office:files", args=[kind, parent.pk]),
    ):
        assert as_(parent.absent).get(address).status_code == 200
        assert stranger.get(address).status_code == 404
        assert Client().get(address).status_code == 302
    assert stranger.post(reverse("office:file-withdraw", args=[file.pk])).status_code == 404
    assert Attachment.objects.get().withdrawn_at is None


def test_a3_numbers_and_names_cannot_be_guessed(parent):
    file = services.store(parent, upload("a.pdf", pdf()), actor=parent.absent)
    client = as_(parent.absent)
    assert client.get(f"/files/{file.pk}/b.pdf").status_code == 404
    assert client.get(f"/files/{file.pk + 1}/a.pdf").status_code == 404
    assert client.get(f"/files/{file.pk}/page/2.png").status_code == 404
    assert client.get(f"/files/{file.pk}/page/0.png").status_code == 404
    assert client.get(f"/files/{file.pk}/..%2f..%2fsettings.py").status_code == 404
    users = ContentType.objects.get_for_model(User).pk
    assert client.get(f"/files/of/{users}/{parent.absent_id}.zip").status_code == 404
    assert client.get("/files/of/999999/1.zip").status_code == 404


def test_a12_stored_files_have_no_address_of_their_own(parent):
    file = services.store(parent, upload("a.txt", b"abc"), actor=parent.absent)
    client = as_(parent.absent)
    for address in (f"/media/{file.path}", f"/static/{file.path}", f"/{file.path}"):
        assert client.get(address).status_code == 404


def test_a_page_of_a_pdf_is_drawn_once(parent, monkeypatch):
    file = services.store(
        parent, upload("a.pdf", pdf(words="Drawn once", pages=2)), actor=parent.absent
    )
    client = as_(parent.absent)
    answer = client.get(reverse("office:file-page", args=[file.pk, 2]))
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"].startswith("private")
    assert Image.open(io.BytesIO(answer.content)).width == 1000
    monkeypatch.setattr(papers, "picture", None)
    again = client.get(reverse("office:file-page", args=[file.pk, 2]))
    assert again.content == answer.content


def test_every_file_of_a_row_comes_in_one_archive_recorded_once(parent):
    for name, data in [("一.txt", b"abc"), ("二.txt", b"def" * 50_000)]:
        services.store(parent, upload(name, data), actor=parent.absent)
    kind = ContentType.objects.get_for_model(parent).pk
    answer = as_(parent.deputy).get(reverse("office:files", args=[kind, parent.pk]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.namelist() == ["01-一.txt", "02-二.txt"]
        assert archive.read("02-二.txt") == b"def" * 50_000
        assert archive.testzip() is None
    assert Entry.objects.about(parent).filter(action="download").count() == 1


def test_the_web_server_sends_when_it_can(parent, settings):
    file = services.store(parent, upload("a.txt", b"abc"), actor=parent.absent)
    settings.OFFICE_ACCEL = "/protected/"
    answer = as_(parent.absent).get(reverse("office:file", args=[file.pk, file.name]))
    assert answer["X-Accel-Redirect"] == f"/protected/{file.path}"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content == b""


def test_its_uploader_withdraws_a_file_while_the_row_is_open(parent, monkeypatch):
    file = services.store(parent, upload("a.txt", b"abc"), actor=parent.absent)
    with pytest.raises(NotAllowed):
        services.withdraw(file.pk, actor=parent.deputy)
    monkeypatch.setattr(Acting, "is_open", False, raising=False)
    with pytest.raises(Refused):
        services.withdraw(file.pk, actor=parent.absent)
    monkeypatch.setattr(Acting, "is_open", True, raising=False)

    client = as_(parent.absent)
    assert client.get(reverse("office:file-withdraw", args=[file.pk])).status_code == 405
    assert client.post(reverse("office:file-withdraw", args=[file.pk])).status_code == 302

    assert client.get(reverse("office:file", args=[file.pk, file.name])).status_code == 404
    assert not Attachment.objects.about(parent).exists()
    assert default_storage.exists(file.path)
    assert Entry.objects.about(parent).get(action="withdraw_file").comment == "a.txt"


def test_a_form_says_which_file_is_not_taken_and_why():
    field = FilesField(required=False)
    good = [upload("a.txt", b"abc"), upload("b.pdf", pdf())]
    assert field.clean(good) == good
    assert field.clean([]) == []
    with pytest.raises(ValidationError) as caught:
        field.clean([*good, upload("c.exe", EXE), upload("d.pdf", HTML)])
    assert [words.partition(":")[0].partition("：")[0] for words in caught.value.messages] == [
        "c.exe",
        "d.pdf",
    ]
    with pytest.raises(ValidationError):
        FilesField().clean([])
