"""One person before one browser window."""

from __future__ import annotations

import re
from typing import Any

from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext, pgettext
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from office.people.models import User
from tests.office.factories import PASSWORD

# What the browser says about pages that are meant to say no.
EXPECTED = re.compile(r"status of (403|404|409|422)")


def words(msgid: str, context: str = "", **given: Any) -> str:
    """Return what the Chinese screen shows for a msgid."""
    with translation.override("zh-hans"):
        text = pgettext(context, msgid) if context else gettext(msgid)
    return strip_tags(text % given if given else text)


class Visitor:
    """Reads the screen by its words, presses and writes as a person does."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.complaints: list[str] = []
        self.page: Page = self.window()

    def window(self) -> Page:
        """Open another tab of the same browser."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            self.complaints.append(f"{message.text} ({message.location})")

    def leave(self) -> None:
        self.context.close()

    def sign_in(self, user: User) -> None:
        self.page.goto("/")
        self.enter(user)

    def enter(self, user: User) -> None:
        """Fill in the sign-in page one has come to."""
        self.page.get_by_label(words("Account or name")).fill(user.username)
        self.page.get_by_label(words("Password")).fill(PASSWORD)
        self.press(words("Sign in"))

    def speak(self, language: str) -> None:
        """Have the pages in this language from now on."""
        self.open("/settings/")
        self.page.locator(f"input[name=language][value={language}]").check()
        self.page.locator("main form .btn.go").click()
        self.page.wait_for_load_state()

    def open(self, path: str) -> None:
        self.page.goto(path)

    def press(self, name: str, *, within: Locator | Page | None = None, exact: bool = True) -> None:
        """Press the one button or link of this name."""
        place = within or self.page
        button = place.get_by_role("button", name=name, exact=exact)
        link = place.get_by_role("link", name=name, exact=exact)
        button.or_(link).locator("visible=true").first.click()

    @property
    def act(self) -> Locator:
        """The form of the next action."""
        return self.page.locator("#act")

    def finish(self, name: str) -> None:
        """Press the button at the foot of the next action."""
        self.press(name, within=self.act.locator("footer"))

    def write(self, label: str, text: str, *, within: Locator | None = None) -> None:
        self.field(label, within).fill(text)

    def field(self, label: str, within: Locator | None = None) -> Locator:
        """Find a field whose label begins with these words (“optional” may follow)."""
        return (within or self.act).get_by_label(re.compile(f"^{re.escape(label)}"))

    def choose_step(self, name: str) -> None:
        """Take another step than the next one from the menu of the record."""
        self.page.locator(".standing details.menu summary").click()
        self.page.locator(".standing details.menu").get_by_role("link", name=name).click()

    def take_from_desk(self, title: str, step: str) -> None:
        """Open from the desk a document of which it says what is to be done."""
        self.open("/")
        line = self.page.locator(".owes li").filter(has=self.page.get_by_text(step, exact=True))
        line.get_by_role("link", name=title).click()
        expect(self.act).to_be_attached()

    def sees(self, text: str, *, within: Locator | None = None) -> None:
        place = within or self.page.locator("main")
        expect(place.get_by_text(text).locator("visible=true").first).to_be_visible()

    def sees_not(self, text: str) -> None:
        expect(self.page.locator("body").get_by_text(text)).to_have_count(0)

    def told(self, text: str) -> None:
        """Read what the page says has happened."""
        expect(self.page.locator(".told")).to_contain_text(text)

    def fetch(self, link: Locator) -> bytes:
        """Fetch the file a link leads to, as this person's browser would."""
        href = link.get_attribute("href") or ""
        answer = self.context.request.get(f"{self.path}{href}" if href.startswith("?") else href)
        assert answer.ok, f"{answer.status} {href}"
        return answer.body()

    @property
    def path(self) -> str:
        return re.sub(r"^https?://[^/]+|[?#].*$", "", self.page.url)
