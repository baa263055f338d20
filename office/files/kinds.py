"""The kinds of file the office takes: an extension, and the bytes such a file begins with."""

from dataclasses import dataclass

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
OPEN_XML = "[Content_Types].xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class Kind:
    """One kind: `starts` are the ways it may begin; `member` is a part its archive must hold."""

    media_type: str
    starts: tuple[bytes, ...] = ()
    member: str = ""
    inline: bool = False


KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", (b"%PDF-",), inline=True),
    "ofd": Kind("application/ofd", (ZIP,), "OFD.xml"),
    "doc": Kind("application/msword", (OLE,)),
    "xls": Kind("application/vnd.ms-excel", (OLE,)),
    "ppt": Kind("application/vnd.ms-powerpoint", (OLE,)),
    "wps": Kind("application/vnd.ms-works", (OLE, ZIP), OPEN_XML),
    "et": Kind("application/vnd.ms-excel", (OLE, ZIP), OPEN_XML),
    "docx": Kind(f"{_OFFICE}wordprocessingml.document", (ZIP,), OPEN_XML),
    "xlsx": Kind(f"{_OFFICE}spreadsheetml.sheet", (ZIP,), OPEN_XML),
    "pptx": Kind(f"{_OFFICE}presentationml.presentation", (ZIP,), OPEN_XML),
    "txt": Kind("text/plain; charset=utf-8"),
    "jpg": Kind("image/jpeg", (b"\xff\xd8\xff",), inline=True),
    "jpeg": Kind("image/jpeg", (b"\xff\xd8\xff",), inline=True),
    "png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",), inline=True),
    "tif": Kind("image/tiff", (b"II*\0", b"MM\0*")),
    "zip": Kind("application/zip", (ZIP,)),
}
IMAGES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "tif": "TIFF"}
ALLOWED = "PDF OFD DOC DOCX XLS XLSX PPT PPTX WPS ET TXT JPG JPEG PNG TIF ZIP"
INLINE = frozenset(kind.media_type for kind in KINDS.values() if kind.inline)
PROGRAMS = frozenset({
    "exe", "com", "bat", "cmd", "scr", "msi", "dll", "pif", "lnk", "vbs", "vbe", "js", "jse", "wsf",
    "hta", "ps1", "sh", "jar", "apk", "app",
})  # fmt: skip
