"""WeasyPrint, kept on a short leash: it reads static/ and our fonts, and nothing else."""

from __future__ import annotations

import mimetypes
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from office import fonts

NAMED = re.compile(r"(--[\w-]+): ([^;]+);")
ASKED = re.compile(r"var\((--[\w-]+)\)")
STATIC = (settings.BASE_DIR / "static").resolve()


class StaticOnly(URLFetcher):
    """Read files under static/ and font files in the font folders; refuse all else.

    No data:, no network, no redirects, no links that lead outside (CVE-2026-55073, attack A16).
    """

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return one allowed file, read here: what was checked is what is used."""
        path = allowed(url)
        if path is None:
            raise FatalURLFetchingError(f"a print template asked for {url[:200]}")
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})


def allowed(url: str) -> Path | None:
    """Return the file behind an address that print templates may read, or None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc:
        return None
    text = unquote(parts.path)
    if "\0" in text:
        return None
    path = Path(text).resolve()
    is_font = path.suffix.lower() in fonts.SUFFIXES and fonts.is_ours(path)
    if not (path.is_relative_to(STATIC) or is_font):
        return None
    return path if path.is_file() else None


class Press:
    """One set of loaded fonts, and stylesheets read once."""

    def __init__(self) -> None:
        fonts.cut_figures()
        self.fetcher = StaticOnly()
        self.fonts = FontConfiguration()
        faces = fonts.stylesheet()
        self.faces = CSS(string=faces, font_config=self.fonts, url_fetcher=self.fetcher)
        self.families = dict(NAMED.findall(faces))
        self.sheets: dict[tuple[str, int], Any] = {}

    def pdf(self, texts: Iterable[str]) -> bytes:
        """Return pages as one file; every text begins on a new page and counts from 1."""
        try:
            papers = [self._laid_out(text) for text in texts]
            pages = [page for paper in papers for page in paper.pages]
            made: bytes = papers[0].copy(pages).write_pdf()
        except FatalURLFetchingError as error:  # no Exception: it would end the web process
            raise SuspiciousFileOperation(str(error)) from error
        return made

    def document(self, text: str) -> bytes:
        """Return one text as PDF/A: tagged, its fonts embedded."""
        try:
            made: bytes = self._laid_out(text).write_pdf(pdf_variant="pdf/a-2a", pdf_tags=True)
        except FatalURLFetchingError as error:
            raise SuspiciousFileOperation(str(error)) from error
        return made

    def close(self) -> None:
        """Remove the copies of the fonts; at the end of a process WeasyPrint does it too late."""
        folder = getattr(self.fonts, "_folder", None)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
            self.fonts._folder = None

    def _laid_out(self, text: str) -> Any:
        page = HTML(string=text, base_url=f"{STATIC.as_uri()}/", url_fetcher=self.fetcher)
        sheets = [self.faces, *map(self._sheet, _links(page.etree_element))]
        return page.render(font_config=self.fonts, stylesheets=sheets)

    def _sheet(self, href: str) -> Any:
        """Return a stylesheet of static/, parsed once for each version of the file.

        Its fonts are put in here: WeasyPrint would ask for a variable anew for every element.
        """
        url = urljoin(f"{STATIC.as_uri()}/", href)
        path = allowed(url)
        if path is None:
            raise FatalURLFetchingError(f"a print template asked for {url[:200]}")
        key = str(path), path.stat().st_mtime_ns
        if key not in self.sheets:
            text = ASKED.sub(
                lambda found: self.families.get(found[1], found[0]), path.read_text("utf-8")
            )
            self.sheets[key] = CSS(
                string=text, base_url=url, url_fetcher=self.fetcher, font_config=self.fonts
            )
        return self.sheets[key]


def _links(root: Any) -> list[str]:
    """Take the stylesheet links out of a page and return their addresses."""
    found = []
    for head in root.iter("head"):
        for link in list(head.iter("link")):
            if link.get("rel") == "stylesheet":
                found.append(link.get("href", ""))
                head.remove(link)
    return found
