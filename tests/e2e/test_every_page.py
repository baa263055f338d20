"""Every page the shell offers: in both languages, on three widths, in light and dark.

Chinese is complete, nothing scrolls sideways, every control has a name, every text can be read
(WCAG 2.2: 1.4.3, 1.4.10, 1.4.11, 4.1.2).
"""

from pathlib import Path
from typing import Any

import pytest

from documents.receipt.models import IncomingDocument
from documents.receipt.plan import Plan
from documents.receipt.services import assignment, circulation, handling
from documents.receipt.workflow import State
from office import clock
from office.desk.models import WorkItem
from office.mail.models import Letter
from office.people.models import User
from office.reminders.letters import remind
from tests.documents.dispatched import write
from tests.documents.factories import Office, day, signed_for, walk
from tests.e2e.conftest import Visit
from tests.e2e.rows import bring
from tests.e2e.visitor import Visitor

CHECKS = Path(__file__).with_name("checks.js").read_text(encoding="utf8")
ALLOWED = ["PDF", "XLSX", "OFD", "DOCX", "JPG", "TXT", "ENGLISH", "CHROME", "LINUX"]
WIDTHS = (360, 390, 1440)
S = State


def ask(visitor: Visitor, *checks: str) -> list[str]:
    wanted = {"checks": checks, "allowed": ALLOWED}
    found: list[str] = visitor.page.evaluate(CHECKS, wanted)
    return [f"{visitor.page.url}: {line}" for line in found]


def examine(visitor: Visitor) -> list[str]:
    """Ask the page that is open everything; the widths and colours change under it."""
    page, wrong = visitor.page, ask(visitor, "names", "whole")
    chinese = page.evaluate("document.documentElement.lang") == "zh-Hans"
    wrong += ask(visitor, "chinese" if chinese else "english")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += ask(visitor, "sideways")
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        wrong += ask(visitor, "contrast")
    return wrong


def rows(office: Office) -> dict[str, IncomingDocument]:
    """Make a document for every kind of page."""
    made: dict[str, Any] = {
        "signed for": signed_for(office),
        "sealed": walk(None, S.SEALED, office),
        "registered": bring(office, S.REGISTERED, 0, urgency="特急"),
        "screened": bring(office, S.SCREENED, 1, urgency="加急"),
        "proposed": bring(office, S.PROPOSED, 2),
        "handling": bring(office, S.SCREENED, 3),
        "rejected": walk(None, S.REJECTED, office),
        "void": walk(None, S.VOID, office),
        "circulating": bring(office, S.CIRCULATING, 4),
        "handled": walk(None, S.HANDLED, office),
        "answered": walk(None, S.ANSWERED, office),
        "closed": walk(None, S.CLOSED, office),
        "filed": walk(None, S.FILED, office),
    }
    row = made["handling"]
    plan = Plan(
        lead_unit=office.standards, assist_units=[office.data], due_on=day(2),
        readers=[office.other_head, office.deputy],
    )  # fmt: skip
    assignment.propose(row.pk, actor=office.director, opinion="拟请标准信息科办理。", plan=plan,
                       leaders=[office.principal])  # fmt: skip
    assignment.instruct(row.pk, actor=office.principal, opinion="同意，请抓紧。")
    assignment.name_handler(row.pk, actor=office.head, handler=office.staff)
    circulation.read(row.pk, actor=office.deputy, opinion="已阅，请按期完成。")
    handling.ask_extension(row.pk, actor=office.staff, until=day(5), reason="需补充数据。")
    handling.urge([row.pk], actor=office.director, words="请抓紧。")
    due_at_once = [made[name].pk for name in ("registered", "screened", "proposed", "handled")]
    WorkItem.objects.open().filter(object_id__in=due_at_once).update(due_on=clock.today())
    User.objects.update(email="somebody@jczx.example")
    remind()
    a_letter_of_each_state(office)
    return made


def a_letter_of_each_state(office: Office) -> None:
    for state in Letter.State.values:
        Letter.objects.create(
            recipient=office.clerk, kind="digest", key=state, subject="11月24日待办提醒：逾期 1 件",
            text="逾期", html="<p>逾期</p>", message_id=f"<{state}@jczx.example>", state=state,
            last_error="550" if state == "dead" else "",
            handed_at=clock.now() if state in ("sent", "unsure") else None,
            sent_at=clock.now() if state == "sent" else None,
        )  # fmt: skip


# Whose pages, by the name of a document and what follows its address; others as they are.
BOOK, FIGURES = "/documents/incoming/", "/documents/figures/"
PAGES: dict[str, list[str]] = {
    "clerk": [
        "/", "/reading/", "/notices/", "/settings/", "/settings/reminders/", "/letters/",
        "/password/", "/acting/", BOOK,
        f"{BOOK}?view=all", f"{BOOK}?view=all&q=没有这样的文件", f"{BOOK}new/", f"{BOOK}sign-for/",
        f"{BOOK}import/", "/search/", "/search/?q=通知", "/search/?q=没有这样的文件",
        "signed for:", "signed for:register/", "registered:correct/", "rejected:", "void:",
        "answered:", "closed:", "filed:", "filed:trail/", "/nowhere/",
    ],
    "screener": ["/", "registered:", "registered:?do=reject"],
    "director": [
        "/", "/desk/units/", FIGURES, f"{FIGURES}?from=2026-02-01&to=2026-01-01",
        f"{FIGURES}waiting/", "/overdue/", f"{BOOK}?measure=waiting_late",
        BOOK, "screened:", "screened:?do=distribute", "handling:",
        "handling:?do=urge", "handling:?do=circulate", "handling:trail/", "circulating:",
        "circulating:?do=recall_reader", "handling:?do=link", "handling:?do=annotate",
    ],
    "principal": ["/", "proposed:", "handling:", "proposed:?do=send_back", f"{BOOK}?view=instruct"],
    "head": ["/", "/reading/", "handling:?do=name_handler", "circulating:", BOOK,
             FIGURES, f"{FIGURES}waiting/", "/overdue/"],
    "staff": [
        "/", "handling:", "handling:?do=progress", "handling:?do=transfer", "handled:",
        "handling:?do=attach", "sealed:", "registered:",
    ],
    "confidential": ["/", "sealed:", BOOK],
    "system": ["/", "/search/?q=通知", BOOK, "/mail/", "/mail/next/"],
}  # fmt: skip


@pytest.mark.parametrize("who", PAGES)
def test_every_page(visit: Visit, office: Office, who: str) -> None:
    made = rows(office)
    visitor = visit(getattr(office, who))
    wrong: list[str] = []
    for language in ("zh-hans", "en"):
        visitor.speak(language)
        for page in PAGES[who]:
            name, colon, rest = page.partition(":")
            visitor.open(f"{made[name].get_absolute_url()}{rest}" if colon else page)
            wrong += examine(visitor)
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))


@pytest.mark.parametrize("who", ["clerk", "director"])
def test_the_books_and_figures_of_dispatches(visit: Visit, office: Office, who: str) -> None:
    write(office)
    visitor = visit(getattr(office, who))
    book, wrong = "/documents/dispatch/", []
    for language in ("zh-hans", "en"):
        visitor.speak(language)
        for page in (
            book, f"{book}?view=issued", f"{book}?view=all&q=没有这样的文件", f"{book}seals/",
            f"{book}seals/?q=没有", f"{book}copies/", f"{book}copies/?view=all",
            f"{FIGURES}dispatch/?from=2026-10-01&to=2026-12-31",
            f"{FIGURES}dispatch/?from=2025-03-01&to=2025-03-31",
        ):  # fmt: skip
            visitor.open(page)
            wrong += examine(visitor)
    wrong = [line for line in wrong if "“其他”" not in line]  # a rule quotes the words it is about
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))


def test_pages_before_the_door(visit: Visit, office: Office) -> None:
    stranger = visit()
    wrong: list[str] = []
    for path in ("/sign-in/", "/sign-in/?expired=1", "/nowhere/"):
        stranger.open(path)
        wrong += examine(stranger)
    stranger.open("/sign-in/")
    stranger.page.get_by_role("textbox").first.fill("nobody")
    stranger.page.locator("input[type=password]").fill("wrong")
    stranger.page.locator("main .btn.go").click()
    wrong += examine(stranger)
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))


def test_a_form_sent_empty(visit: Visit, office: Office) -> None:
    """What is wrong is said in a summary that has the focus, and beside each field."""
    made = rows(office)
    clerk, leader = visit(office.clerk), visit(office.principal)
    wrong: list[str] = []
    for visitor, path in (
        (clerk, f"{BOOK}new/"),
        (clerk, f"{BOOK}sign-for/"),
        (leader, made["proposed"].get_absolute_url()),
    ):
        visitor.open(path)
        form = visitor.page.locator("main form[method=post]").last
        form.evaluate("form => { form.noValidate = true }")
        form.locator(".btn.go").first.click()
        assert visitor.page.evaluate("document.activeElement.matches('.notice.bad')"), path
        wrong += examine(visitor)
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))
