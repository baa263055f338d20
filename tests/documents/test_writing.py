"""拟稿屏: what stands beside the text, Word in and out, two people at one draft, bad input."""

from __future__ import annotations

import gzip
import io
import re
import time
import zipfile
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdfium2 import PdfDocument

from documents.drafting.models import Dispatch
from documents.drafting.plan import Words
from documents.drafting.services import writing
from documents.drafting.text import paper_of, proofread_words
from documents.proofreading.reading import files
from documents.reference import seed
from documents.reference.models import Skeleton
from documents.reference.skeletons import SKELETONS
from documents.typesetting import layout, paper, picture, press
from documents.word.writing import docx
from documents.writing import bodies, preview
from documents.writing.forms.writing import ANNEXES, DIRECTIONS, LONGEST_BODY, WritingForm
from documents.writing.mirror import mirror, standing
from documents.writing.views.writing import LATELY
from office import clock
from office.errors import Refused
from office.people.models import User
from tests.documents.drafts import BODY, drafting_office, to_sealed, words
from tests.documents.factories import Office, SenderFactory, seated
from tests.office.factories import signed_in

pytestmark = pytest.mark.django_db
NEW = "/documents/dispatch/new/"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TABLE = "| 名称 | 数量 |\n|---|---|\n| 系统 | 1 |"
CONTACT = "联系人：王敏，电话：0571-88001234"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def office() -> Office:
    return drafting_office()


@pytest.fixture
def row(office: Office) -> Dispatch:
    return writing.draft(words(office), actor=office.staff)


@pytest.fixture
def staff(office: Office) -> Client:
    return signed_in(office.staff)


def typed(row: Dispatch, /, **more: Any) -> dict[str, Any]:
    """Return what the screen of a draft sends when something is typed into it."""
    facts = {
        "title": row.title, "kind": row.kind, "direction": row.direction, "code": row.code_id,
        "addressees": "，".join(row.addressees), "body": row.body, "note": row.note,
        "signer": row.signer_id or "", "edition": row.edition,
    }  # fmt: skip
    return facts | more


def at(row: Dispatch, name: str = "write", **more: Any) -> str:
    return reverse(f"documents:dispatch-{name}", kwargs={"pk": row.pk} | more)


def fresh(row: Dispatch) -> Dispatch:
    return Dispatch.objects.get(pk=row.pk)


def in_word(**more: Any) -> bytes:
    """Return a document in Word, as somebody has brought it."""
    value = {
        "institution": "江川省质量技术信息中心",
        "title": "江川省质量技术信息中心关于购置审计设备的请示",
        "addressees": ["江川省市场监督管理局"], "body": BODY, "date": "2026-11-25",
        "note": CONTACT,
        "attachments": [{"title": "设备购置预算表", "body": TABLE}],
    }  # fmt: skip
    return docx(paper.of(value | more))


def upload(content: bytes, name: str = "请示稿.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, WORD)


# --- the page as it prints ------------------------------------------------------------------------


def test_a_picture_of_a_page_is_the_page_that_is_printed(office: Office) -> None:
    """The press and the picture draw the same: no ink of one stands where the other has none."""
    value = paper_of(to_sealed(office))
    pages = layout.lay_out(paper.of(value))
    printed = PdfDocument(press.pdf(pages, title="x"))
    try:
        for n, page in enumerate(pages):
            ours = set(re.findall(r"translate\(([\d.]+) ([\d.]+)\) scale", picture.svg(page)))
            theirs = _ink(printed[n].render(scale=2).to_pil())
            assert ours
            for x, y in ours:  # where a run of characters begins there is ink on paper
                assert _near(theirs, float(x), float(y)), (n, x, y)
    finally:
        printed.close()


def _ink(page: Image.Image) -> Image.Image:
    return page.convert("L").point(lambda grey: 255 if grey < 200 else 0)


def _near(ink: Image.Image, x: float, y: float) -> bool:
    """Tell whether there is ink within a character right of and above a place, in mm."""
    mm = ink.width / 210
    box = (x * mm, (y - 6) * mm, (x + 7) * mm, (y + 1.5) * mm)
    return ink.crop(tuple(map(round, box))).getbbox() is not None  # type: ignore[arg-type]


def test_a_picture_holds_outlines_and_no_words(office: Office) -> None:
    value = {"institution": "某中心", "title": "关于<script>的通知", "body": "正文。"}
    drawn = picture.svg(layout.lay_out(paper.of(value))[0])
    assert not re.search(r"<(?!/?(?:svg|defs|path|g|use|rect)\b)", drawn)
    assert "正文" not in drawn


def test_nobody_is_shown_the_picture_of_somebody_elses_page(
    row: Dispatch, staff: Client, office: Office
) -> None:
    page = staff.get(at(row)).content.decode()
    key = re.search(r"/look/(\w+)\.svg", page)[1]  # type: ignore[index]
    url = reverse("documents:dispatch-picture", args=[key])
    answer = staff.get(url, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert gzip.decompress(answer.content).startswith(b"<svg")
    assert staff.get(url).content.startswith(b"<svg")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert signed_in(office.head).get(url).status_code == 404


def test_only_a_page_that_changed_is_another_picture(row: Dispatch, office: Office) -> None:
    long = paper_of(row) | {"body": "\n".join([f"第{n}段。" + "字" * 60 for n in range(30)])}
    before = preview.look(long, office.staff)
    after = preview.look(long | {"body": long["body"] + "改。"}, office.staff)
    assert before.pages >= 3
    assert before.keys[:-1] == after.keys[:-1]
    assert before.keys[-1] != after.keys[-1]


def test_pictures_are_let_go(row: Dispatch, office: Office) -> None:
    looked = preview.look(paper_of(row), office.staff)
    place = f"preview:{office.staff.pk}:{looked.keys[0]}"
    client = cache._cache.get_client(None)  # type: ignore[attr-defined]
    assert 0 < client.ttl(cache.make_key(place)) <= preview.KEPT_SECONDS


def test_who_types_on_keeps_the_pictures_of_the_last_looks_only(
    row: Dispatch, office: Office
) -> None:
    value = paper_of(row)
    looked = [
        preview.look(value | {"body": f"第{n}稿。"}, office.staff) for n in range(preview.LOOKS + 3)
    ]
    there = [preview.kept(each.keys[0], office.staff) is not None for each in looked]
    assert there == [False] * 3 + [True] * preview.LOOKS


def test_three_pages_are_looked_at_in_under_400_ms(row: Dispatch, staff: Client) -> None:
    def body(n: int) -> str:
        return "\n".join(f"{n}第{k}段。" + "为防范电气火灾，开展检查。" * 4 for k in range(22))

    taken = []
    for n in range(5):
        sent = typed(row, body=body(n), row=row.pk)
        began = time.perf_counter()
        answer = staff.post(reverse("documents:dispatch-look"), sent, headers=HTMX)
        keys = re.findall(r"/look/(\w+)\.svg", answer.content.decode())
        for key in keys:
            staff.get(reverse("documents:dispatch-picture", args=[key]))
        taken.append(time.perf_counter() - began)
        assert len(keys) >= 3
    assert min(taken) < 0.4, taken


def test_a_character_no_font_has_is_named_and_costs_nothing_else(
    row: Dispatch, staff: Client
) -> None:
    sent = typed(row, body=BODY + "\n\ue999", row=row.pk)
    answer = staff.post(reverse("documents:dispatch-look"), sent, headers=HTMX)
    assert answer.status_code == 200
    assert "U+E999" in answer.content.decode()


# --- marks under the text -------------------------------------------------------------------------


def test_a_suggestion_stands_beside_its_paragraph() -> None:
    body = "第一段。\n办公楼、数据机房。重点检查。\n第三段"
    assert standing("办公楼、数据机房", body) == 2
    assert standing("重点检查", body) == 2
    assert standing("没有的话", body) is None
    assert standing("", body) is None
    assert [line.is_discussed for line in mirror(body, [], [2])] == [False, True, False]


def test_suggestions_are_answered_and_settled_on_the_screen(
    row: Dispatch, staff: Client, office: Office
) -> None:
    head = writing.suggest(row.pk, actor=office.head, text="经费写明。", quote="二、经费来源")
    page = staff.get(at(row)).content.decode()
    assert 'href="#line-4"' in page
    assert 'id="line-4" class="discussed"' in page
    url = at(row, "suggestion", suggestion=head.pk)
    answer = staff.post(url, {"text": "已写明。"}, headers=HTMX)
    assert answer.status_code == 200
    head.refresh_from_db()
    assert [each.text for each in head.replies.all()] == ["已写明。"]
    assert head.settled_at is None
    staff.post(url, {"settle": "1"}, headers=HTMX)
    head.refresh_from_db()
    assert head.settled_by == office.staff


def test_a_finding_is_answered_without_leaving_the_screen(office: Office, staff: Client) -> None:
    row = writing.draft(words(office, body=BODY + "\n其它事项。"), actor=office.staff)
    finding = row.unanswered[0]
    sent = {"rule": finding.rule, "quote": finding.found, "reason": "引用原文"}
    answer = staff.post(at(row, "answer"), sent, headers=HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "answered")
    assert (finding.rule, finding.found) in fresh(row).answers


# --- Word -----------------------------------------------------------------------------------------


def test_a_word_file_begins_a_draft(office: Office, staff: Client, row: Dispatch) -> None:
    sent = {"kind": "通知", "code": row.code_id, "read": "1", "word": upload(in_word())}
    answer = staff.post(NEW, sent, follow=True)
    made = Dispatch.objects.exclude(pk=row.pk).get()
    assert (made.title, made.kind, made.direction) == (row.title, "请示", "up")
    assert made.addressees == ["江川省市场监督管理局"]
    assert made.body == BODY
    assert made.note == CONTACT
    assert [(a.title, a.body) for a in made.annexes.all()] == [
        ("设备购置预算表", "| 名称 | 数量 |\n| 系统 | 1 |")
    ]
    assert "附件 1 个" in answer.content.decode()


def test_what_stood_there_before_a_word_file_stays_a_version(
    staff: Client, row: Dispatch, office: Office
) -> None:
    sent = typed(row, body="刚刚写的。", read="1", word=upload(in_word()))
    assert staff.post(at(row), sent).status_code == 302
    made = fresh(row)
    assert made.body == BODY
    assert "刚刚写的。" in [version.paper["body"] for version in made.versions.all()]


def test_words_typed_on_a_new_page_stay_a_version_too(staff: Client, row: Dispatch) -> None:
    sent = typed(row, body="先写的几句。", read="1", word=upload(in_word()), edition="")
    assert staff.post(NEW, sent).status_code == 302
    made = Dispatch.objects.exclude(pk=row.pk).get()
    assert [version.paper["body"] for version in made.versions.all()] == ["先写的几句。"]
    assert made.body == BODY


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * (64 * 2**20))
    return file.getvalue()


def _entity() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("稿.docx", b"PK\x03\x04 torn"),
        ("稿.docx", "不是压缩包".encode()),
        ("稿.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("稿.docx", _bomb()),
        ("稿.docx", _entity()),
        ("稿.docx", in_word(classification="秘密★5年")),
        ("稿.docx", in_word(addressees=["单" * 120])),
    ],
    ids=["torn", "no archive", "old format", "bomb", "entities", "classified", "too long"],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_a_bad_word_file_says_why_and_loses_nothing(
    staff: Client, row: Dispatch, name: str, content: bytes, *, is_new: bool
) -> None:
    sent = typed(row, body="写到一半的话。", read="1", word=upload(content, name))
    answer = staff.post(NEW if is_new else at(row), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "写到一半的话。" in page
    assert re.search(r'class="error" role="alert">.*?</svg>[^<]{4,}', page, re.DOTALL)
    assert (fresh(row).body, Dispatch.objects.count()) == (BODY, 1)


def test_no_file_at_all_says_so(staff: Client, row: Dispatch) -> None:
    answer = staff.post(at(row), typed(row, read="1"))
    assert answer.status_code == 422
    assert ".docx" in answer.content.decode()


def test_the_word_file_is_the_same_document(staff: Client, row: Dispatch, office: Office) -> None:
    annexes = (("预算表", "| 名称 | 数量 |\n| 系统 | 1 |"),)
    writing.save(row.pk, words(office, annexes=annexes), actor=office.staff, edition=0)
    answer = staff.get(at(row, "word"))
    assert (answer.status_code, answer["Content-Type"]) == (200, WORD)
    assert "attachment" in answer["Content-Disposition"]
    text = files.of_docx(answer.content)
    assert (text.title, text.body.split("\n附件")[0]) == (row.title, BODY)
    assert text.addressees == ("江川省市场监督管理局",)


def test_a_draft_without_a_word_goes_to_word_too(office: Office, staff: Client) -> None:
    row = writing.draft(words(office, title="", body=""), actor=office.staff)
    assert staff.get(at(row, "word")).status_code == 200


# --- two at one draft -----------------------------------------------------------------------------


def test_who_comes_to_a_draft_just_changed_is_told(
    row: Dispatch, office: Office, staff: Client
) -> None:
    writing.submit(row.pk, actor=office.staff)
    head = signed_in(office.head)
    page = head.get(at(row)).content.decode()
    assert re.search(rf'class="notice soft told".*?{office.staff.name}', page, re.DOTALL)
    assert "还在改" not in page  # it lies with the head now, and with nobody else
    with clock.at(clock.now() + 2 * LATELY):
        assert 'class="notice soft told"' not in head.get(at(row)).content.decode()


def test_who_may_still_be_writing_is_said(row: Dispatch, office: Office, staff: Client) -> None:
    deputy = seated(office.colleague, office.staff)
    writing.save(row.pk, words(office, body=BODY + "\n代。"), actor=deputy, edition=0)
    page = staff.get(at(row)).content.decode()
    assert f"{deputy.name} " in page
    assert "还在改" in page


def test_an_older_edition_is_told_and_overwrites_nothing(row: Dispatch, staff: Client) -> None:
    staff.post(at(row), typed(row, body=BODY + "\n甲。"))
    answer = staff.post(at(row), typed(row, body=BODY + "\n乙。"), headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<html" not in page  # a fragment, put beside what is typed
    assert re.search(r"<del>甲.*?<ins>乙", page, re.DOTALL)
    assert fresh(row).body.endswith("甲。")
    whole = staff.post(at(row), typed(row, body=BODY + "\n乙。"))
    assert whole.status_code == 409
    assert "乙。</textarea>" in whole.content.decode()


def test_ones_own_text_is_put_in_its_place_and_theirs_stays_a_version(
    row: Dispatch, staff: Client
) -> None:
    staff.post(at(row), typed(row, body=BODY + "\n甲。"))
    edition = fresh(row).edition
    mine = typed(row, body=BODY + "\n乙。", over=edition)
    assert staff.post(at(row), mine).status_code == 302
    assert fresh(row).body.endswith("乙。")
    assert any(v.paper["body"].endswith("甲。") for v in fresh(row).versions.all())
    # and what was changed once more in between is not overwritten by the same click
    assert staff.post(at(row), mine | {"body": "丙"}).status_code == 409


def test_a_refusal_that_is_no_conflict_stays_one(row: Dispatch, staff: Client) -> None:
    Dispatch.objects.filter(pk=row.pk).update(state="void")
    answer = staff.post(at(row), typed(row), headers=HTMX)
    assert answer.status_code == 409
    with pytest.raises(Refused):
        writing.save(
            row.pk, words_of(row), actor=User.objects.get(pk=row.drafter_id), edition=row.edition
        )


def words_of(row: Dispatch) -> Words:
    return Words(
        kind=row.kind, direction=row.direction, code=row.code, title=row.title, body=row.body
    )


# --- templates, phrases, names --------------------------------------------------------------------


def test_every_kind_we_write_has_a_template() -> None:
    wanted = {"通知", "请示", "报告", "函", "批复", "意见", "通报", "纪要", "决定"}
    assert {each.kind for each in SKELETONS} == wanted
    assert wanted <= set(DIRECTIONS)
    for each in SKELETONS:
        assert each.kind == "纪要" or each.title.endswith(f"的{each.kind}")
        assert all(len(text) < 100 for text in (*each.beginnings, *each.endings))
        assert each.beginnings
        assert each.endings


def test_a_template_that_is_filled_in_has_nothing_to_mend(office: Office) -> None:
    """What we ship must not break the rules our own proofreader keeps."""
    for each in SKELETONS:
        filled = {"title": f"江川省质量技术信息中心{each.title}", "body": each.body}
        filled = {name: text.replace("×××", "检查") for name, text in filled.items()}
        value = {"institution": "江川省质量技术信息中心", "kind": each.kind} | filled
        value |= {"note": f"（{CONTACT}）"} if each.kind == "请示" else {}
        found = [(f.rule, f.found) for f in proofread_words(value) if f.severity == "E"]
        assert found == [], each.kind


def test_the_template_of_the_kind_fills_what_is_empty(staff: Client, row: Dispatch) -> None:
    seed.load()
    Skeleton.objects.filter(kind="函").update(title="关于×××的函", body="盼复。")
    page = staff.get(reverse("documents:dispatch-pattern"), {"kind": "函"}).content.decode()
    assert "关于×××的函" in page
    assert "特此函复。" in page
    sent = {"kind": "函", "code": row.code_id, "title": "", "body": " ", "skeleton": "1"}
    page = staff.post(NEW, sent).content.decode()
    assert "盼复。</textarea>" in page
    assert re.search(r"/look/\w+\.svg", page)  # looked at without a script too
    page = staff.post(NEW, sent | {"body": "我写的。"}).content.decode()
    assert "我写的。</textarea>" in page
    assert Dispatch.objects.count() == 1


def test_a_kind_without_a_template_offers_nothing(staff: Client) -> None:
    answer = staff.get(reverse("documents:dispatch-pattern"), {"kind": "公报"})
    assert answer.status_code == 200
    assert "data-skeleton" not in answer.content.decode()


def test_names_are_found_by_a_few_characters(office: Office, row: Dispatch) -> None:
    SenderFactory(name="江川省财政厅", short_name="省财政")
    assert bodies.known(office.staff, "监督")[0][0] == "江川省市场监督管理局"  # used lately
    assert "质量数据科" in dict(bodies.known(office.staff, "数据"))
    assert "各科室" in dict(bodies.known(office.staff, "各"))
    assert "江川省财政厅" in dict(bodies.known(office.staff, "省财政"))
    assert dict(bodies.known(office.staff, "数据", outside=True)) == {}
    assert len(bodies.known(office.staff, "")) <= bodies.MOST


def test_names_of_what_another_unit_writes_are_not_told(office: Office, row: Dispatch) -> None:
    assert dict(bodies.known(office.other_staff, "监督")) == {}


def test_the_direction_follows_the_kind_until_somebody_says_otherwise(
    staff: Client, row: Dispatch, office: Office
) -> None:
    sent = {"kind": "函", "code": row.code_id, "title": "关于合作的函", "body": "盼复。"}
    staff.post(NEW, sent)
    made = Dispatch.objects.exclude(pk=row.pk).get()
    assert made.direction == Dispatch.Direction.ACROSS
    form = WritingForm.of(made)
    staff.post(at(made), typed(made, kind="通知", direction=form["direction"].value()))
    assert fresh(made).direction == Dispatch.Direction.DOWN
    staff.post(at(made), typed(fresh(made), kind="意见", direction="up"))
    assert WritingForm.of(fresh(made))["direction"].value() == "up"


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "长" * 201), ("addressees", "名" * 101), ("body", "字" * (LONGEST_BODY + 1)),
        ("note", "注" * 121), ("due_on", "2026-13-40"), ("kind", "公文"), ("code", "0"),
        ("signer", "x"), ("urgency", "火急"), ("title", "【机密】关于人事的通知"),
        ("body", "机密★10年\n正文。"),
    ],
)  # fmt: skip
def test_every_error_stands_beside_its_field_and_nothing_is_lost(
    row: Dispatch, staff: Client, field: str, value: str
) -> None:
    sent = typed(row) | {"copy_to": "留着的单位"} | {field: value}
    answer = staff.post(at(row), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "留着的单位" in page
    beside = re.search(rf'id="id_{field}_error">(.*?)</div>', page, re.DOTALL)
    assert beside
    assert 'class="error"' in beside[1]
    assert 'role="alert"' in page  # and the summary
    assert fresh(row).edition == 0
    assert staff.post(at(row), sent, headers=HTMX).status_code == 422
    look = staff.post(reverse("documents:dispatch-look"), sent | {"row": row.pk}, headers=HTMX)
    assert look.status_code == 422
    assert "data-focus" not in look.content.decode()  # the cursor stays where it is


def test_who_signs_is_asked_beside_the_field_before_a_draft_is_submitted(
    row: Dispatch, staff: Client
) -> None:
    unsigned = typed(row, kind="通知", direction="down", signer="")
    assert staff.post(at(row), unsigned).status_code == 302  # kept, that asks nothing
    answer = staff.post(at(row), unsigned | {"edition": fresh(row).edition, "then": "submit"})
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode().partition('id="id_signer_error">')[2][:60]
    upward = typed(fresh(row), kind="请示", direction="", signer="", then="submit")
    assert staff.post(at(row), upward).status_code == 302  # the principal, by rule


@pytest.mark.parametrize("n", [1, 2])
def test_what_is_wrong_with_an_attachment_stands_beside_it(
    row: Dispatch, staff: Client, n: int
) -> None:
    good = {"annex-title-1": "预算表", "annex-body-1": "甲"} if n == 2 else {}
    bad = {f"annex-title-{n}": "", f"annex-body-{n}": "没有标题的内容"}
    answer = staff.post(at(row), typed(row, **good, **bad))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有标题的内容" in page
    assert re.search(rf'id="annex-title-{n}"[^>]*><p class="error">', page)


def test_no_more_attachments_are_offered_than_are_kept(
    office: Office, staff: Client, row: Dispatch
) -> None:
    annexes = tuple((f"附表{n}", "甲") for n in range(ANNEXES))
    writing.save(row.pk, words(office, annexes=annexes), actor=office.staff, edition=0)
    page = staff.get(at(row)).content.decode()
    assert f"annex-title-{ANNEXES}" in page
    assert f"annex-title-{ANNEXES + 1}" not in page
    assert len(fresh(row).annex_list) == ANNEXES


@pytest.mark.parametrize("many", [1, 12])
def test_the_screen_asks_the_same_however_much_lies_beside_it(
    row: Dispatch, staff: Client, office: Office, django_assert_max_num_queries: Any, many: int
) -> None:
    for n in range(many):
        writing.suggest(row.pk, actor=office.head, text=f"第{n}条。", quote="一、基本情况")
    staff.get(at(row))
    with django_assert_max_num_queries(16):
        assert staff.get(at(row)).status_code == 200
