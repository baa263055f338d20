"""What the office takes and what it refuses; the attacks carry their number."""

import io
import stat
import zipfile

import pytest
from django.core.exceptions import ValidationError

from office.files import archives, names, papers
from office.files.inspection import inspect
from office.files.sm3 import PlainSM3
from tests.office.papers import EXE, HTML, OLE, docx, pdf, picture, upload, workbook, zipped


def code_of(name, data):
    with pytest.raises(ValidationError) as caught:
        inspect(upload(name, data))
    return caught.value.code


TAKEN = [
    ("通知.pdf", pdf(), "application/pdf", 1),
    ("通知.PDF", pdf(pages=3), "application/pdf", 3),
    (
        "通知.docx",
        docx(),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        None,
    ),
    (
        "表.xlsx",
        workbook(),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        None,
    ),
    (
        "通知.ofd",
        zipped({"OFD.xml": "<ofd:OFD/>", "Doc_0/Document.xml": "<x/>"}),
        "application/ofd",
        None,
    ),
    ("通知.doc", OLE, "application/msword", None),
    ("通知.wps", OLE, "application/vnd.ms-works", None),
    ("说明.txt", "关于值班的通知".encode(), "text/plain; charset=utf-8", None),
    ("说明.txt", "关于值班的通知".encode("gb18030"), "text/plain; charset=utf-8", None),
    ("扫描.png", picture(), "image/png", 1),
    ("扫描.jpg", picture("JPEG"), "image/jpeg", 1),
    ("扫描.tif", picture("TIFF"), "image/tiff", 1),
    ("附件.zip", zipped({"一.pdf": pdf(), "二/三.docx": docx()}), "application/zip", None),
]


@pytest.mark.parametrize(("name", "data", "media_type", "pages"), TAKEN)
def test_what_an_office_receives_is_taken(name, data, media_type, pages):
    what = inspect(upload(name, data))
    assert (what.name, what.media_type, what.pages, what.size_bytes) == (
        name,
        media_type,
        pages,
        len(data),
    )


def test_the_text_of_pdf_word_and_plain_files_is_read_for_search():
    assert "Notice 2026 page 2" in inspect(upload("a.pdf", pdf(pages=2))).text
    assert inspect(upload("a.docx", docx())).text.startswith("关于A&B的通知\n第二段")
    assert inspect(upload("a.txt", "值班".encode("gb18030"))).text == "值班"


def test_both_hashes_are_recorded_and_the_slow_one_agrees():
    what = inspect(upload("a.txt", b"abc"))
    assert what.sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert what.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    for length in (0, 1, 55, 56, 63, 64, 65, 1000):
        digest = PlainSM3()
        digest.update(b"x" * length)
        assert digest.hexdigest() == inspect(upload("a.txt", b"x" * length)).sm3 if length else True


# --- A11 ------------------------------------------------------------------------------------------

PNG, JPG = picture(), picture("JPEG")
MISMATCHED = [
    ("a.pdf", HTML), ("a.pdf", PNG), ("a.pdf", b" %PDF-1.4"), ("a.png", JPG), ("a.jpg", HTML),
    ("a.docx", b"x"), ("a.docx", workbook()), ("a.xlsx", docx()), ("a.xlsx", zipped({"a": "x"})),
    ("a.ofd", docx()), ("a.doc", docx()), ("a.doc", EXE), ("a.zip", EXE), ("a.txt", b"\0\1\2\xff"),
    ("a.txt", pdf()[:9] + b"\0\xff\xfe"), ("a.tif", PNG), ("a.zip", b"PK\5\6" + b"\0" * 18),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), MISMATCHED)
def test_a11_the_bytes_must_be_what_the_extension_says(name, data):
    assert code_of(name, data) in {"mismatch", "damaged"}


@pytest.mark.parametrize(
    "name",
    ["a.html", "a.svg", "a.exe", "a.js", "a.docm", "a.xlsm", "a.pdf.exe", "a.php", "a", "pdf",

     ".pdf.lnk", "a.pdf\0.exe", "a.pdf\u202efdp.exe", "a.pdf ", "a.pdf.", "a.htm", "a.swf", "a.rar",
     "a.xml"],
)  # fmt: skip
def test_a11_only_listed_extensions_are_taken(name):
    if name.strip(" .") == "a.pdf":  # the trailing sign is cleaned away: then it is a PDF
        assert inspect(upload(name, pdf())).name == "a.pdf"
    else:
        assert code_of(name, HTML) == "extension"


def test_a11_a_second_file_behind_the_first_is_refused():
    for name, first in [("a.pdf", pdf()), ("a.jpg", JPG), ("a.png", PNG), ("a.doc", OLE)]:
        assert code_of(name, first + zipped({"evil.js": "alert(1)"})) == "mismatch"


NAMES = [
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("/etc/cron.d/x.pdf", "x.pdf"),
    ("C:\\Windows\\x.pdf", "x.pdf"),
    ("通知\u202efdp.exe.pdf", "通知fdp.exe.pdf"),
    ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
    ("a\0b.pdf", "ab.pdf"),
    ("  关于  值班.pdf ", "关于 值班.pdf"),
    ("...pdf", "pdf"),
    ("e\u0301.pdf", "\u00e9.pdf"),
    ("", "file"),
    ("\u200b\u2066.\u2069", "file"),
]


@pytest.mark.parametrize(("given", "kept"), NAMES)
def test_a11_names_are_cleaned(given, kept):
    assert names.clean(given) == kept
    assert names.clean(names.clean(given)) == kept


def test_a11_a_name_of_three_hundred_characters_keeps_its_extension():
    name = names.clean("关" * 300 + ".docx")
    assert len(name) == 255
    assert name.endswith("关.docx")
    assert inspect(upload("关" * 300 + ".pdf", pdf())).name.endswith(".pdf")


def linked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


def locked():
    data = bytearray(zipped({"a.txt": "x"}))
    data[data.index(b"PK\1\2") + 8] |= 1
    data[6] |= 1
    return bytes(data)


TRAPS = [
    ("path", zipped({"../a.txt": "x"})),
    ("path", zipped({"a/../../b.txt": "x"})),
    ("path", zipped({"/etc/a.txt": "x"})),
    ("path", zipped({"C:/a.txt": "x"})),
    ("path", zipped({"..\\a.txt": "x"})),
    ("link", linked()),
    ("password", locked()),
    ("stranger", zipped({"a.exe": "x"})),
    ("stranger", zipped({"a.html": "x"})),
    ("stranger", zipped({"a.zip": zipped({"a.txt": "x"})})),
    ("stranger", zipped({"没有扩展名": "x"})),
    ("classified", zipped({"机密★3年.txt": "x"})),
    ("macro", zipped({"word/vbaProject.bin": "x"})),
]


@pytest.mark.parametrize(("code", "data"), TRAPS)
def test_a11_traps_in_an_archive_are_refused(code, data):
    assert code_of("a.zip", data) == code


def test_a11_an_archive_bomb_is_refused_without_unpacking_it():
    assert code_of("a.zip", zipped({"a.txt": b"\0" * (30 * 2**20)})) == "bomb"
    assert code_of("a.zip", zipped({f"{n}.txt": "" for n in range(archives.MEMBERS + 1)})) == "bomb"
    sheet = zipped({"[Content_Types].xml": "<T/>", "xl/worksheets/sheet1.xml": b" " * (40 * 2**20)})
    assert code_of("a.xlsx", sheet) == "bomb"


def test_a11_a_size_that_lies_is_found_out(monkeypatch):
    data = bytearray(zipped({"[Content_Types].xml": "<T/>", "word/document.xml": b"x" * 5000}))
    at = data.rindex(b"PK\1\2") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    assert code_of("a.docx", bytes(data)) == "damaged"


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.xlsx"])
def test_a11_macros_are_refused_in_office_files(name):
    inside = {"a.docx": "word", "a.pptx": "ppt", "a.xlsx": "xl"}[name]
    parts = {
        "[Content_Types].xml": "<T/>",
        f"{inside}/document.xml": "<x/>",
        f"{inside}/VBAProject.bin": "x",
    }
    assert code_of(name, zipped(parts)) == "macro"


def test_a11_macros_are_refused_in_old_office_files():
    assert code_of("a.doc", OLE + "_VBA_PROJECT".encode("utf-16-le") + OLE) == "macro"


@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a11_xxe_and_billion_laughs_in_office_files_are_refused(coding):
    evil = (
        '<?xml version="1.0"?>'
        + " " * 70_000
        + '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    )
    for part in ("word/document.xml", "customXml/item1.xml", "_rels/.rels"):
        assert code_of("a.docx", docx(parts={part: evil.encode(coding)})) == "doctype"
    ofd = zipped({"OFD.xml": evil.encode(coding)})
    assert code_of("a.ofd", ofd) == "doctype"


def test_a11_a_huge_image_is_refused_by_its_head():
    wide = bytearray(picture(size=(10, 10)))
    wide[16:24] = (60_000).to_bytes(4, "big") * 2
    assert code_of("a.png", bytes(wide)) in {"pixels", "damaged"}
    assert papers.PIXELS < 60_000**2


@pytest.mark.parametrize(
    ("name", "data"), [("a.png", PNG[:40]), ("a.jpg", JPG[:20]), ("a.pdf", pdf()[:60])]
)
def test_a11_a_damaged_file_is_refused(name, data):
    assert code_of(name, data) == "damaged"


SCRIPTS = [
    {"extra": b"<</S/JavaScript/JS(app.alert(1))>>"},
    {"catalog": b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"},
    {"catalog": b"/OpenAction<</S/Launch/F(cmd.exe)>>"},
    {"catalog": b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(x)>>]>>>>"},
]


@pytest.mark.parametrize("given", SCRIPTS)
def test_a11_a_pdf_with_a_script_is_refused(given):
    assert code_of("a.pdf", pdf(**given)) == "script"


def test_a11_size_is_limited_and_nothing_is_refused_too(settings):
    settings.UPLOAD_LIMIT_BYTES = 100
    assert code_of("a.txt", b"x" * 101) == "size"
    assert code_of("a.txt", b"") == "empty"


@pytest.mark.parametrize(
    "name",
    ["机密★3年 通知.pdf", "秘密★.docx", "【绝密】会议.pdf", "通知[机密].pdf", "秘密【1年】.txt",
     "机密 ★.txt"],
)  # fmt: skip
def test_a29_a_classified_name_is_refused_with_the_clause(name):
    with pytest.raises(ValidationError) as caught:
        inspect(upload(name, pdf()))
    assert caught.value.code == "classified"
    assert "保密法 第三十一条" in caught.value.messages[0]


@pytest.mark.parametrize(
    "name", ["关于保守国家秘密的通知.pdf", "机密文件管理办法.pdf", "秘密级载体清退表.pdf"]
)
def test_a_name_that_only_speaks_of_secrets_is_taken(name):
    assert inspect(upload(name, pdf())).name == name


def test_a29_a_mark_in_the_corner_of_the_text_is_refused():
    assert code_of("a.txt", "机密★1年\n关于某事的通知".encode()) == "classified"
    assert inspect(upload("a.txt", ("关于定密的说明。" * 40 + "如机密★1年").encode())).text
