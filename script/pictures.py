"""Draw the pictures of the README: called by script/screenshots.

The demonstration is built in a folder of its own, with the clock standing at MOMENT, and served
from this process, where every request sees the same moment.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from office import embedded  # noqa: E402 (the tree is not installed as a package)

if TYPE_CHECKING:
    from PIL.Image import Image
    from playwright.sync_api import Browser, Page

OUT = ROOT / "docs" / "img"
MOMENT = datetime.fromisoformat("2026-11-23T10:40:00+08:00")
CHROMIUM = os.environ.get("OFFICE_CHROMIUM", "/usr/bin/chromium")
MOST_BYTES = 150_000
PHONE = {"width": 390, "height": 844}
GAP, GROUND = 24, "#d9d8d0"  # between and behind the phones
LETTER = ("江市监质", 86)  # the one the pictures follow
DIRECTOR, LEADER = "zhoumin", "chenguoliang"
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><include>/etc/fonts/fonts.conf</include><dir>{fonts}</dir>
<cachedir>{cache}</cachedir></fontconfig>
"""


def main(names: Iterable[str]) -> int:
    """Draw the pictures of these names, or all; return the exit status."""
    wanted = list(names) or list(PICTURES)
    if unknown := [name for name in wanted if name not in PICTURES]:
        sys.stderr.write(f"  There is no picture {unknown[0]}: {', '.join(PICTURES)}\n")
        return 2
    fonts = embedded.var_dir() / "fonts"
    with tempfile.TemporaryDirectory(prefix="zhongshu-pictures-") as folder:
        var = Path(folder)
        (var / "fonts").symlink_to(fonts)
        (var / "fonts.conf").write_text(FONTS.format(fonts=fonts, cache=var / "fontconfig"))
        os.environ |= {
            "OFFICE_VAR": folder, "OFFICE_DEMO": "1", "OFFICE_DEBUG": "1",
            "OFFICE_SECRET_KEY": "only for pictures", "DJANGO_SETTINGS_MODULE": "office.settings",
            "FONTCONFIG_FILE": str(var / "fonts.conf"), "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        }  # fmt: skip
        for name in ("OFFICE_DATABASE_URL", "OFFICE_REDIS_URL"):
            os.environ.pop(name, None)
        print("[5/7] A demonstration of its own", flush=True)
        embedded.ensure(var, durable=False)
        try:
            build()
            draw(wanted)
        finally:
            embedded.stop(var)
    return 0


def build() -> None:
    """Live the demonstration up to the moment of the pictures."""
    import django
    from django.core.management import call_command

    from office import clock

    django.setup()
    for command in ("migrate", "sync_roles", "load_defaults"):
        call_command(command, verbosity=0)
    with clock.at(MOMENT):
        call_command("demo")


def draw(wanted: list[str]) -> None:
    """Serve the office and draw what is wanted, one picture after the other."""
    from playwright.sync_api import sync_playwright

    print("[6/7] Browser", flush=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        print("[7/7] Pictures", flush=True)
        OUT.mkdir(parents=True, exist_ok=True)
        for name in wanted:
            file = OUT / f"{name}.png"
            print(f"      {file.relative_to(ROOT)}: {save(PICTURES[name](browser, address), file)}")
        browser.close()


class Threads(ThreadingMixIn, WSGIServer):
    """A page and what it draws on come at the same time."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the office at a free port, with the clock standing still in every request."""
    from django.core.wsgi import get_wsgi_application

    from office import clock

    office = get_wsgi_application()

    def still(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        with clock.at(MOMENT):
            return [b"".join(office(environ, start))]

    server = make_server("127.0.0.1", 0, still, server_class=Threads, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


# --- the pictures ---------------------------------------------------------------------------------


def visit(browser: Browser, address: str, who: str, **options: Any) -> Page:
    """Come in as somebody of the demonstration."""
    options = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN"} | options
    page = browser.new_context(base_url=address, **options).new_page()
    page.goto("/demo/")
    page.locator(f"button[value={who}]").click()
    page.wait_for_load_state("networkidle")
    return page


def shot(page: Page) -> Image:
    """Take what the window shows."""
    from PIL import Image

    page.wait_for_load_state("networkidle")
    image = Image.open(io.BytesIO(page.screenshot()))
    page.context.close()
    return image


def address_of_letter() -> str:
    from documents.receipt.models import IncomingDocument

    code, serial = LETTER
    row = IncomingDocument.objects.get(organ_code=code, doc_serial=serial)
    return row.get_absolute_url()


def desk(browser: Browser, address: str) -> Image:
    """The director's desk in the morning."""
    return shot(visit(browser, address, DIRECTOR))


def register(browser: Browser, address: str) -> Image:
    """The register with three documents ticked."""
    page = visit(browser, address, DIRECTOR)
    page.goto("/documents/incoming/")
    for n in (3, 4, 6):
        page.locator("input.tick").nth(n).check()
    page.mouse.move(0, 0)
    return shot(page)


def record(browser: Browser, address: str) -> Image:
    """A leader before a letter, about to instruct."""
    page = visit(browser, address, LEADER, viewport={"width": 1440, "height": 1100})
    page.goto(address_of_letter())
    page.locator("#act textarea").fill("同意拟办意见。请标准信息科牵头，材料要用数据说话。")
    page.locator("#act textarea").blur()
    return shot(page)


def phone(browser: Browser, address: str) -> Image:
    """The same leader on a phone: the desk, the sheet to instruct, the register in the dark."""
    from PIL import Image

    touch = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    first = visit(browser, address, LEADER, **touch)
    second = visit(browser, address, LEADER, **touch)
    second.goto(f"{address_of_letter()}#act")
    third = visit(browser, address, DIRECTOR, **touch, color_scheme="dark")
    third.goto("/documents/incoming/")
    shots = [shot(page) for page in (first, second, third)]
    width, height = shots[0].size
    step = width + GAP
    sheet = Image.new("RGB", (step * len(shots) + GAP, height + 2 * GAP), GROUND)
    for n, image in enumerate(shots):
        sheet.paste(image, (GAP + n * step, GAP))
    return sheet


def writing(browser: Browser, address: str) -> Image:
    """A draft, what the proofreader says of it, and its page."""
    from documents.drafting.models import Dispatch

    row = Dispatch.objects.get(title__endswith="关于开展冬季用电安全检查的通知", state="drafting")
    page = visit(browser, address, row.drafter.username)
    page.goto(f"{row.get_absolute_url()}write/")
    page.locator("#sheets img").first.wait_for()
    return shot(page)


def paper(_browser: Browser, _address: str) -> Image:
    """A request as it goes out: its first page and its last, side by side."""
    import pypdfium2
    from PIL import Image

    from documents.drafting.models import Dispatch
    from documents.drafting.services import issuing
    from office import clock

    row = Dispatch.objects.get(title__endswith="关于2026年度科技项目实施情况的报告")
    with clock.at(MOMENT), pypdfium2.PdfDocument(issuing.typeset(row)) as pages:
        first, last = (pages[n].render(scale=1.2).to_pil() for n in (0, len(pages) - 1))
    sheet = Image.new("RGB", (first.width + last.width + 3 * GAP, first.height + 2 * GAP), GROUND)
    sheet.paste(first, (GAP, GAP))
    sheet.paste(last, (first.width + 2 * GAP, GAP))
    return sheet


def slip(_browser: Browser, _address: str) -> Image:
    """The slip with the most words among those that fill one page."""
    import pypdfium2

    from documents.book import printing
    from documents.receipt.models import IncomingDocument
    from office import clock

    rows = IncomingDocument.objects.filter(state="filed")
    for row in sorted(rows, key=lambda each: (-each.opinions.count(), each.pk)):
        with clock.at(MOMENT), pypdfium2.PdfDocument(printing.slip(row)) as paper:
            if len(paper) == 1:
                image: Image = paper[0].render(scale=1.4).to_pil()
                return image
    raise LookupError("no filed document has a slip of one page")


def save(image: Image, file: Path) -> str:
    """Save a picture, in fewer colours when it would be too large; return its size in words."""
    from PIL.Image import Dither

    image = image.convert("RGB")
    image.save(file, optimize=True)
    for colours in (256, 128, 64):
        if file.stat().st_size <= MOST_BYTES:
            break
        image.quantize(colours, dither=Dither.NONE, kmeans=2).save(file, optimize=True)
    return f"{image.width} × {image.height}, {file.stat().st_size // 1000} kB"


PICTURES: dict[str, Callable[[Any, str], Any]] = {
    function.__name__: function
    for function in (desk, register, record, phone, writing, paper, slip)
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
