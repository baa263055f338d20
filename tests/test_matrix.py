# ruff: noqa: E501 (the matrix)
"""A2: every URL × every role × one's own and a foreign row; a URL that is missing here fails.

The columns are people of one office before a document that the standards unit has in hand:
`staff` handles it, `colleague` sits beside him, `head` leads them; `stranger` and `chief` are of
another unit. Each cell is the status of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from documents.receipt.forms.steps import FORMS
from documents.receipt.models import IncomingDocument
from documents.receipt.services import closing
from documents.receipt.workflow import INCOMING, State
from office import clock
from office.drafts import services as drafts
from office.entrance import services as entrance
from office.errors import NotAllowed, Refused
from office.files import holding
from office.jobs.models import Job
from office.mail.models import Letter
from office.people.models import User
from office.tabs import services as tabs
from tests.documents.drafts import suggested_on
from tests.documents.factories import Office, fresh, make_office, paper, signed_for, walk
from tests.office.factories import ActingFactory, signed_in
from tests.office.papers import pdf

COLUMNS = {
    "stranger": "other_staff", "chief": "other_head", "colleague": "colleague", "staff": "staff",
    "head": "head", "clerk": "clerk", "screener": "screener", "director": "director",
    "leader": "principal", "confid": "confidential", "archive": "archivist", "system": "system",
    "security": "security", "audit": "audit",
}  # fmt: skip

# url                               method strg chie coll staf head cler scre dire lead conf arch syst secu audi
MATRIX = """
office:desk                          get   200  200  200  200  200  200  200  200  200  200  200  200  200  200
office:reading                       get   200  200  200  200  200  200  200  200  200  200  200  200  200  200
office:desk-units                    get   403  403  403  403  403  403  403  200  200  403  403  403  403  403
office:desk-urge                     post  404  404  404  404  302  404  404  404  404  404  404  404  404  404
office:desk-opened                   post  404  404  404  302  404  404  404  404  404  404  404  404  404  404
office:sign-in                       get   302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:sign-in                       post  302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:sign-in-code                  get   302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:sign-in-code                  post  302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:second-step                   get   200  200  200  200  200  200  200  200  200  200  200  200  200  200
office:second-step                   post  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD
office:sign-in-end                   post  404  404  404  302  404  404  404  404  404  404  404  404  404  404
office:sign-ins-end                  post  302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:sign-out                      post  302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:demo                          get   404  404  404  404  404  404  404  404  404  404  404  404  404  404
office:demo                          post  404  404  404  404  404  404  404  404  404  404  404  404  404  404
office:password                      get   200  200  200  200  200  200  200  200  200  200  200  200  200  200
office:password                      post  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD
office:settings                      get   200  200  200  200  200  200  200  200  200  200  200  200  200  200
office:settings                      post  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD
office:language                      post  302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:theme                         post  302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:seat                          post  302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:acting                        get   200  200  200  200  200  200  200  200  200  200  200  200  200  200
office:acting                        post  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD
office:acting-cancel                 post  404  404  403  302  404  404  404  302  404  404  404  302  404  404
office:handover                      get   404  404  404  200  404  404  404  200  404  404  404  200  404  404
office:handover                      post  404  404  404  BAD  404  404  404  BAD  404  404  404  BAD  404  404
office:leave                         post  404  404  404  403  404  404  404  403  404  404  404  409  404  404
office:bell                          get   200  200  200  200  200  200  200  200  200  200  200  200  200  200
office:bell-read                     post  302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:reminders                     get   200  200  200  200  200  200  200  200  200  200  200  200  200  200
office:reminders                     post  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD  BAD
office:reminders-test                post  302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:letters                       get   200  200  200  200  200  200  200  200  200  200  200  200  200  200
office:letter                        get   404  404  404  200  404  404  404  404  404  404  404  404  404  404
office:letter-page                   get   404  404  404  200  404  404  404  404  404  404  404  404  404  404
office:letter-paper                  get  404  404  404  200  404  404  404  404  404  404  404  404  404  404
office:mail                          get   403  403  403  403  403  403  403  403  403  403  403  200  403  403
office:mail-next                     get   403  403  403  403  403  403  403  403  403  403  403  200  403  403
office:mail-decide                   post  403  403  403  403  403  403  403  403  403  403  403  302  403  403
office:mail-decide-all               post  403  403  403  403  403  403  403  403  403  403  403  302  403  403
office:mail-demo                     get   404  404  404  404  404  404  404  404  404  404  404  404  404  404
office:search                        get   200  200  200  200  200  200  200  200  200  200  200  200  200  200
office:file                          get   404  404  200  200  200  200  200  200  200  404  200  404  404  404
office:files                         get   404  404  200  200  200  200  200  200  200  404  200  404  404  404
office:file-page                     get   404  404  404  404  404  404  404  404  404  404  404  404  404  404
office:file-withdraw                 post  404  404  403  403  403  302  403  403  403  404  403  404  404  404
office:tabs                          post  302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:tab                           post  404  404  404  BAD  404  404  404  404  404  404  404  404  404  404
office:tab-remove                    post  404  404  404  302  404  404  404  404  404  404  404  404  404  404
office:held                          get   404  404  404  404  404  200  404  404  404  404  404  404  404  404
office:held-page                     get   404  404  404  404  404  200  404  404  404  404  404  404  404  404
office:held-drop                     post  404  404  404  404  404  204  404  404  404  404  404  404  404  404
office:draft-drop                    post  404  404  404  404  404  302  404  404  404  404  404  404  404  404
office:job                           get  404  404  404  404  404  200  404  404  404  404  404  404  404  404
office:job-file                      get  404  404  404  404  404  200  404  404  404  404  404  404  404  404
office:job-cancel                    post  404  404  404  404  404  302  404  404  404  404  404  404  404  404
office:operation                     get   403  403  403  403  403  403  403  403  403  403  403  200  403  403
office:operation-rehearse            post  403  403  403  403  403  403  403  403  403  403  403  302  403  403
office:reading-done                  post  302  302  302  302  302  302  302  302  302  302  302  302  302  302
office:overdue                       get   403  200  403  403  200  403  403  200  200  403  403  403  403  403
documents:figures                    get   403  200  403  403  200  200  403  200  200  403  403  403  403  403
documents:figures-waiting            get   403  200  403  403  200  200  403  200  200  403  403  403  403  403
documents:figures-settle             post  403  403  403  403  403  403  403  302  403  403  403  403  403  403
documents:dispatch-figures           get   403  200  403  403  200  200  403  200  200  403  403  403  403  403
documents:incoming                   get   200  200  200  200  200  200  200  200  200  200  200  403  403  403
documents:incoming-batch             post  409  409  200  200  200  200  200  200  200  409  200  409  409  409
documents:incoming-import            get   403  403  403  403  403  200  403  403  403  403  403  403  403  403
documents:incoming-import            post  403  403  403  403  403  BAD  403  403  403  403  403  403  403  403
documents:incoming-import-template   get   403  403  403  403  403  200  403  403  403  403  403  403  403  403
documents:incoming-slips             post  403  403  403  403  403  200  200  200  200  403  200  403  403  403
documents:incoming-slip              get   404  404  200  200  200  200  200  200  200  404  200  404  404  404
documents:incoming-circulation       get   404  404  200  200  200  200  200  200  200  404  200  404  404  404
documents:incoming-rejection         get   404  404  404  404  404  404  404  404  404  404  404  404  404  404
documents:incoming-new               get   403  403  403  403  403  200  403  403  403  403  403  403  403  403
documents:incoming-new               post  403  403  403  403  403  422  403  403  403  403  403  403  403  403
documents:incoming-sign-for          get   403  403  403  403  403  200  403  403  403  403  403  403  403  403
documents:incoming-sign-for          post  403  403  403  403  403  422  403  403  403  403  403  403  403  403
documents:incoming-look-alikes       get   403  403  403  403  403  200  403  403  403  403  403  403  403  403
documents:incoming-hold              post  403  403  403  403  403  422  403  403  403  403  403  403  403  403
documents:incoming-original          get   404  404  404  404  404  200  404  404  404  404  404  404  404  404
documents:incoming-draft             post  403  403  403  403  403  BAD  403  403  403  403  403  403  403  403
documents:incoming-record            get   404  404  200  200  200  200  200  200  200  404  200  404  404  404
documents:incoming-opened            post  404  404  204  204  204  204  204  204  204  404  204  404  404  404
documents:incoming-register          get   404  404  403  403  403  409  403  403  403  404  403  404  404  404
documents:incoming-register          post  404  404  403  403  403  409  403  403  403  404  403  404  404  404
documents:incoming-correct           get   404  404  403  403  403  200  403  403  403  404  403  404  404  404
documents:incoming-correct           post  404  404  403  403  403  422  403  403  403  404  403  404  404  404
documents:incoming-another           post  404  404  403  403  403  302  403  403  403  404  403  404  404  404
documents:incoming-trail             get   404  404  200  200  200  200  200  200  200  404  200  404  404  404
documents:incoming-step              post  404  404  409  409  409  409  409  409  409  404  409  404  404  404
documents:dispatch                   get  200  200  200  200  200  200  200  200  200  200  200  403  403  403
documents:dispatch-seals             get   403  403  403  403  403  200  200  200  403  403  403  403  403  403
documents:dispatch-copies            get   403  403  403  403  403  200  200  200  403  403  403  403  403  403
documents:dispatch-new               get  200  200  200  200  200  200  200  200  200  200  200  403  403  403
documents:dispatch-new               post 422  422  422  422  422  422  422  422  422  422  422  403  403  403
documents:dispatch-look              post 422  422  422  422  422  422  422  422  422  422  422  403  403  403
documents:dispatch-picture           get  404  404  404  404  404  404  404  404  404  404  404  404  404  404
documents:dispatch-record            get  404  404  200  200  200  200  200  200  200  404  200  404  404  404
documents:dispatch-write             get  404  404  409  409  200  409  409  409  409  404  409  404  404  404
documents:dispatch-write             post 404  404  409  409  422  409  409  409  409  404  409  404  404  404
documents:dispatch-answer            post 404  404  409  409  409  409  409  409  409  404  409  404  404  404
documents:dispatch-versions          get  404  404  200  200  200  200  200  200  200  404  200  404  404  404
documents:dispatch-opened            post 404  404  204  204  204  204  204  204  204  404  204  404  404  404
documents:dispatch-trail             get  404  404  200  200  200  200  200  200  200  404  200  404  404  404
documents:dispatch-pages             get  404  404  200  200  200  200  200  200  200  404  200  404  404  404
documents:dispatch-preview           get  404  404  200  200  200  200  200  200  200  404  200  404  404  404
documents:dispatch-sheet             get  404  404  200  200  200  200  200  200  200  404  200  404  404  404
documents:dispatch-suggestion        post 404  404  302  302  302  302  302  302  302  404  302  404  404  404
documents:dispatch-step              post 404  404  403  403  422  403  403  409  409  404  403  404  404  404
"""
BAD = (200, 422)  # the form again, with what is wrong
OPEN_TO_VISITORS = {
    "office:sign-in", "office:sign-in-code", "office:language", "office:theme", "office:demo"
}  # fmt: skip
LINES = [line.split() for line in MATRIX.strip().splitlines()]


def patterns(resolver: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every named address but those of the back-office."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from patterns(pattern, inner)
        else:
            yield f"{space}{pattern.name}", pattern


class Scene:
    """A document in hand with a file, an arrangement, and the addresses of it all."""

    def __init__(self) -> None:
        self.office: Office = make_office()
        self.row = walk(None, State.HANDLING, self.office)
        upload = SimpleUploadedFile("附件.txt", "正文".encode())
        self.file = closing.attach(self.row.pk, actor=self.office.clerk, upload=upload)
        self.dispatch = suggested_on(self.office)
        self.acting = ActingFactory(absent=self.office.staff, deputy=self.office.colleague)
        self.item = fresh(self.row).open_items[0]
        self.tab = tabs.keep("documents:incoming", "急件", "q=急", actor=self.office.staff)
        self.sign_in = entrance.begin(self.office.staff, "k" * 32, agent="", address="")
        key, clerk = uuid4(), self.office.clerk
        paper = SimpleUploadedFile("来文.pdf", pdf())
        self.held = holding.hold(paper, actor=clerk, form_key=key)
        self.draft = drafts.save("incoming", {"title": ["关于"]}, actor=clerk, form_key=key)
        self.letter = Letter.objects.create(
            recipient=self.office.staff, kind="weekly", key="k", subject="测试", text="测试",
            state=Letter.State.DEAD, paper_name="清单.pdf",
            paper_path=default_storage.save("letters/k.pdf", ContentFile(pdf())),
        )  # fmt: skip
        self.job = Job.objects.create(
            kind="incoming-slips", title="处理单", asked_by=clerk, state=Job.State.DONE,
            finished_at=clock.now(), name="处理单.pdf", media_type="application/pdf",
            path=default_storage.save("jobs/k", ContentFile(pdf())),
        )  # fmt: skip

    def url(self, name: str) -> str:
        keys = {
            "office:file": self.file.pk, "office:file-page": self.file.pk,
            "office:file-withdraw": self.file.pk, "office:acting-cancel": self.acting.pk,
            "office:desk-urge": self.item.pk, "office:desk-opened": self.item.pk,
            "office:held": self.held.pk, "office:held-page": self.held.pk,
            "office:held-drop": self.held.pk, "office:draft-drop": self.draft.pk,
            "documents:incoming-original": self.held.pk,
            "office:handover": self.office.staff.pk, "office:leave": self.office.staff.pk,
            "office:tab": self.tab.pk, "office:tab-remove": self.tab.pk,
            "office:sign-in-end": self.sign_in.pk,
            "office:letter": self.letter.pk, "office:letter-page": self.letter.pk,
            "office:letter-paper": self.letter.pk, "office:mail-decide": self.letter.pk,
            "office:job": self.job.pk, "office:job-file": self.job.pk,
            "office:job-cancel": self.job.pk,
            **{name: self.dispatch.pk for name in dict(patterns()) if ":dispatch-" in name},
        }  # fmt: skip
        kind = ContentType.objects.get_for_model(self.row).pk
        values = {
            "pk": keys.get(name, self.row.pk), "number": 1, "kind": kind, "page": 1,
            "step": "review" if ":dispatch" in name else "claim", "key": "nobody",
            "suggestion": self.dispatch.suggestions.get().pk,
            "name": (self.held if name == "office:held" else self.file).name,
        }  # fmt: skip
        wanted = dict(patterns())[name].pattern.converters
        return reverse(name, kwargs={key: values[key] for key in wanted})

    def body(self, name: str) -> dict[str, Any]:
        """What a form sends that is refused unread when it sends nothing."""
        row, letter = self.row.pk, self.letter.pk
        decision = {"act": "retry", "reason": "查过", "letter": letter}
        bodies = {
            "office:tabs": {"register": "documents:incoming", "query": "q=水", "name": "水"},
            "office:mail-decide": decision, "office:mail-decide-all": decision,
            "documents:incoming-slips": {"row": row},
            "documents:incoming-batch": {"row": row, "action": "urge"},
            "documents:figures-settle": {"from": "2020-01-01", "to": "2020-01-31"},
        }  # fmt: skip
        return bodies.get(name, {})

    def person(self, column: str) -> User:
        person: User = getattr(self.office, COLUMNS[column])
        return person


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


def ask(client: Client, method: str, url: str, **given: Any) -> Any:
    """Ask, and take back whatever it did."""
    with transaction.atomic():
        answer = getattr(client, method)(url, **given)
        transaction.set_rollback(True)
    return answer


def test_every_url_is_in_the_matrix() -> None:
    assert {name for name, _pattern in patterns()} == {line[0] for line in LINES}


@pytest.mark.parametrize("column", COLUMNS)
def test_a2_every_url_for_every_role(scene: Scene, column: str) -> None:
    place = list(COLUMNS).index(column) + 2
    wrong = []
    client = signed_in(scene.person(column))
    for line in LINES:
        name, method, wanted = line[0], line[1], line[place]
        if name == "office:sign-out":
            client = signed_in(scene.person(column))
        given = {"data": scene.body(name)} if method == "post" else {}
        code = ask(client, method, scene.url(name), **given).status_code
        if code not in (BAD if wanted == "BAD" else (int(wanted),)):
            wrong.append(f"{method} {name}: {code}, not {wanted}")
        if name == "office:sign-out":
            client = signed_in(scene.person(column))
    assert wrong == []


def test_a1_every_url_asks_a_visitor_to_sign_in(scene: Scene) -> None:
    wrong = []
    for name, _pattern in patterns():
        if name in OPEN_TO_VISITORS:
            continue
        for method in ("get", "post", "head", "put", "delete", "options"):
            answer = ask(Client(), method, scene.url(name))
            if answer.status_code != 302 or not answer.url.startswith(reverse("office:sign-in")):
                wrong.append(f"{method} {name}: {answer.status_code}")
    assert wrong == []


def test_a4_no_other_method_does_anything(scene: Scene) -> None:
    """A page takes no POST, an action no GET; nothing is overridden by a header or a field."""
    known: dict[str, set[str]] = {}
    for line in LINES:
        known.setdefault(line[0], set()).add(line[1])
    client = signed_in(scene.office.clerk)
    forgiving = {"office:desk", "office:reading", "office:bell"}  # pages that any method shows
    for name, methods in known.items():
        url = scene.url(name)
        for method in {"get", "post"} - methods:
            if name not in forgiving:
                assert ask(client, method, url).status_code == 405, (name, method)
        if "post" in methods and "get" not in methods:
            answer = ask(
                client, "get", f"{url}?_method=POST", headers={"X-HTTP-Method-Override": "POST"}
            )
            assert answer.status_code == 405, name


def test_a30_every_changing_url_asks_for_the_token(scene: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.office.clerk, backend="office.people.backends.OfficeBackend")
    for name in {line[0] for line in LINES if line[1] == "post"} - {"office:demo"}:
        assert ask(client, "post", scene.url(name)).status_code == 403, name


RECORDS = ("office_entry", "django_session", "axes_")  # a download is recorded; so is a visit


@pytest.mark.parametrize("column", ["staff", "clerk", "director"])
def test_a30_a_get_never_changes_anything(scene: Scene, column: str) -> None:
    client = signed_in(scene.person(column))
    for name in {line[0] for line in LINES if line[1] == "get"}:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask(client, "get", scene.url(name))
        writes = [
            query["sql"]
            for query in queries
            if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
            and not any(table in query["sql"] for table in RECORDS)
        ]
        assert writes == [], name


@pytest.mark.parametrize("column", COLUMNS)
def test_a2_every_step_as_the_state_table_says(scene: Scene, column: str) -> None:
    """The page refuses what the table refuses, and offers exactly what it takes."""
    person = scene.person(column)
    client = signed_in(person)
    row = fresh(scene.row)
    seen = IncomingDocument.objects.visible_to(person).filter(pk=row.pk).exists()
    page = ask(client, "get", scene.url("documents:incoming-record")).content.decode()
    for name in INCOMING.steps:
        url = reverse("documents:incoming-step", args=[row.pk, name.replace("_", "-")])
        code = ask(client, "post", url).status_code
        try:
            INCOMING.check(row, name, person)
            wanted = {302, 409, 422}
        except NotAllowed:
            wanted = {403}
        except Refused:
            wanted = {409}
        if not seen or name not in FORMS:
            wanted = {404, 405}  # registering, correcting and replying have pages of their own
        if name in ("register", "correct") and seen:
            wanted |= {403, 409, 422}
        assert code in wanted, (name, code, wanted)
        if code in (403, 404):
            assert f'{url}"' not in page, f"{name} is offered and forbidden"


@pytest.mark.parametrize("column", COLUMNS)
def test_a2_a_sealed_envelope_is_nobodys_but_the_clerks(scene: Scene, column: str) -> None:
    row = signed_for(scene.office, is_sealed=True)
    client = signed_in(scene.person(column))
    wanted = 200 if column in ("clerk", "confid") else 404
    assert (
        ask(client, "get", reverse("documents:incoming-record", args=[row.pk])).status_code
        == wanted
    )
    register = ask(client, "get", reverse("documents:incoming"))
    if register.status_code == 200:
        assert (row.get_absolute_url() in register.content.decode()) == (wanted == 200)


def test_a3_keys_that_are_not_there_are_not_found(scene: Scene) -> None:
    client = signed_in(scene.office.clerk)
    for pk in (0, 999_999_999, 2**62):
        for name in ("incoming-record", "incoming-slip", "incoming-trail"):
            assert ask(client, "get", reverse(f"documents:{name}", args=[pk])).status_code == 404
    for number in (2**63, 10**30):
        assert ask(client, "get", f"/documents/incoming/{number}/").status_code == 404


# The back-office

BACK_OFFICE = {"clerk", "director", "system", "security", "audit"}


@pytest.mark.parametrize("column", COLUMNS)
def test_a2_the_back_office_shows_each_role_its_own_tables(scene: Scene, column: str) -> None:
    person = scene.person(column)
    client = signed_in(person)
    index = ask(client, "get", reverse("admin:index"))
    assert (index.status_code == 200) == (column in BACK_OFFICE)
    own = {"incomingdocument": "documents.view_all_incoming"}  # the book, read-only
    for model in admin.site._registry:
        label, name = model._meta.app_label, model._meta.model_name
        allowed = column in BACK_OFFICE
        for page, verbs in (("changelist", ("view", "change")), ("add", ("add",))):
            needed = [own.get(name, f"{label}.{verb}_{name}") for verb in verbs]
            may = allowed and any(person.has_perm(permission) for permission in needed)
            code = ask(client, "get", reverse(f"admin:{label}_{name}_{page}")).status_code
            assert (code == 200) <= may, (label, name, page, code)
            if page == "changelist":
                assert (code == 200) == may, (label, name, page, code)
    sealed = signed_for(scene.office, is_sealed=True)
    inside = reverse("admin:documents_incomingdocument_change", args=[sealed.pk])
    assert (ask(client, "get", inside).status_code == 200) == (column == "clerk")


def test_a21_fields_that_no_form_has_change_nothing(scene: Scene) -> None:
    row = signed_for(scene.office)
    client = signed_in(scene.office.clerk)
    answer = client.post(
        reverse("documents:incoming-register", args=[row.pk]),
        {
            **{key: value for key, value in paper().items() if key != "written_on"},
            "written_on": "2026-11-02", "sender": row.sender.name, "urgency": "", "nature": "handling",
            "state": "filed", "serial": 900, "year": 1999, "receipt_class": "other", "is_sealed": "on",
            "registered_by": scene.office.audit.pk, "handler": scene.office.clerk.pk,
            "lead_unit": scene.office.data.pk, "closed_at": "2026-11-02", "duplicate": "other",
        },
    )  # fmt: skip
    row = fresh(row)
    assert answer.status_code == 302
    assert (row.state, row.serial, row.receipt_class) == ("registered", 2, "superior")
    assert (row.registered_by, row.handler, row.lead_unit) == (scene.office.clerk, None, None)
    assert (row.is_sealed, row.closed_at) == (False, None)
    assert row.year != 1999
