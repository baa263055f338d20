"""Files for the tests, made by hand."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

EXE = b"MZ\x90\0" + b"\0" * 200
HTML = b"<html><script>alert(1)</script></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def upload(name, data):
    file = SimpleUploadedFile("x.txt", data)
    file._name = name  # as a client sends it, before Django cleans it
    return file


def zipped(parts, **written):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def workbook():
    file = io.BytesIO()
    Workbook().save(file)
    return file.getvalue()


def docx(**more):
    body = "<w:document><w:p><w:t>关于A&amp;B的通知</w:t></w:p><w:p>第二段</w:p></w:document>"
    parts = {"[Content_Types].xml": "<Types/>", "word/document.xml": body}
    return zipped(parts | more.get("parts", {}))


def picture(form="PNG", size=(30, 20)):
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, form)
    return file.getvalue()


def pdf(words="Notice 2026", pages=1, extra=b"", catalog=b""):
    """A small PDF written by hand, so that a test needs no font."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R %s>>" % catalog,
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for n in range(pages):
        stream = b"BT /F1 24 Tf 72 700 Td (%s page %d) Tj ET" % (words.encode(), n + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>" % (5 + 2 * n)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    if extra:
        objects.append(extra)
    out, places = b"%PDF-1.4\n", []
    for n, thing in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, thing)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + head + tail
