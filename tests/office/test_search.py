"""Search finds what a LIKE would find, and nothing the reader may not see."""

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.search import places, services
from office.search import words as ways
from office.search.merged import Page, Place, everywhere
from office.search.models import SearchEntry
from office.search.services import Readable, hits, index, reindex, snippet
from office.search.words import TooShort, matching, words_of
from office.workdays.models import ExceptionalDay as Row
from tests.office.rows import wide

pytestmark = pytest.mark.django_db
FIRST = dt.date(2020, 1, 1)
FEW_SIGNS = "江川省政府通知关于数据〔〕0123abAB（）、 "


@pytest.fixture(autouse=True)
def searchable(monkeypatch):
    """Let the days of the calendar be found by their notice: any table will do."""
    monkeypatch.setattr(Row, "search_words", lambda row: row.source, raising=False)
    monkeypatch.setattr(Row, "search_day", property(lambda row: row.day), raising=False)


def rows(*texts):
    """Make one row for each text, a day apart, and index them."""
    last = Row.objects.order_by("-day").values_list("day", flat=True).first()
    start = (last or FIRST) + dt.timedelta(days=1)
    made = [
        Row.objects.create(
            day=start + dt.timedelta(days=n), kind="holiday", name="x", source=text[:100]
        )
        for n, text in enumerate(texts)
    ]
    for row in made:
        index(row)
    return made


def found(text, queryset=None, **given):
    queryset = Row.objects.all() if queryset is None else queryset
    return [hit.pk for hit in hits(queryset, text, **given).hits]


def test_two_neighbouring_characters_find_a_word_in_the_middle_of_words():
    (row, _other) = rows("关于征求公共数据资源登记办法意见的函", "关于开展消防检查的通知")
    for words in ("公共", "共数", "数据资源", "资源 意见", "意见 资源", "函 数据"):
        assert found(words) == [row.pk], words
    for words in ("据共", "资源 通知", "公共数据办法"):
        assert found(words) == [], words


def test_brackets_spaces_width_and_case_of_a_number_do_not_matter():
    (row,) = rows("江政发〔2026〕3号\n" + wide("OFD") + " 格式")
    numbers = (
        "江政发2026",
        "江政发[2026]3号",
        "江政发（2026）3号",
        "江政发 2026 3",
        "江政发〔2026〕3号",
    )
    for words in (*numbers, "江政发" + wide("2026"), "ofd", "OFD格式"):
        assert found(words) == [row.pk], words
    assert found("江政发2026 4") == []


def test_no_word_reaches_across_two_facts():
    rows("关于印发办法的通知\n江川省数据局")
    assert found("知江") == []
    assert found("通知江川") == []
    assert len(found("通知 江川")) == 1


@pytest.mark.parametrize(
    "words", ["", " ", "的", "的 了", "〔〕", "a", "、、", "%", "★ ★", "\0", "x" + "\u200b"]
)
def test_one_character_is_answered_with_a_sentence(words):
    with pytest.raises(TooShort):
        words_of(words)
    assert str(TooShort())


EVIL = [
    "' OR 1=1 --", "通知'); drop table office_user; --", "通知 & ! | (", "%%%% 通知 %", "通知:*",
    "\\通知\\", "'通知'", "通\0知", "$$通知$$", "通知" * 5000, "((((((((((", "a" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("words", EVIL)
def test_a13_what_is_typed_is_only_ever_a_parameter(words):
    rows("关于值班的通知", "别的函")
    try:
        assert len(found(words)) <= 1
        assert matching(Row.objects.all(), words).count() <= 1
    except TooShort:
        pass
    assert Row.objects.count() == 2


def test_percent_and_underscore_stand_for_themselves():
    (row, _other) = rows("完成率100%达标_合格", "完成率1000达标x合格")
    assert found("完成率100%达标") == [row.pk]


def plainly(text):
    return "".join(sign for sign in text.upper() if sign.isalnum() or sign == "\n")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(st.text(FEW_SIGNS, min_size=1, max_size=24), min_size=1, max_size=6),
    words=st.lists(
        st.text(FEW_SIGNS.replace(" ", ""), min_size=1, max_size=5), min_size=1, max_size=2
    ),
)
def test_every_hit_a_like_would_find_is_found_and_no_hit_lacks_a_word(texts, words):
    SearchEntry.objects.all().delete()
    Row.objects.all().delete()
    made = rows(*texts)
    query = " ".join(words)
    try:
        sought = words_of(query)
    except TooShort:
        return
    wanted = {row.pk for row in made if all(word.upper() in row.source.upper() for word in sought)}
    allowed = {
        row.pk for row in made if all(plainly(word) in plainly(row.source) for word in sought)
    }
    got = set(found(query, limit=100))
    assert wanted <= got == allowed
    assert {row.pk for row in matching(Row.objects.all(), query)} == got


CJK = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=6, max_size=40)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=CJK, start=st.integers(0, 38), length=st.integers(2, 8))
def test_any_piece_of_any_chinese_text_is_found(text, start, length):
    piece = text[start : start + length]
    if len(piece) < 2:
        return
    (row,) = rows(text)
    assert row.pk in found(piece, limit=100)


def test_hits_come_newest_first_and_page_by_page_without_gaps():
    made = rows(*["关于值班的通知"] * 60)
    expected = [row.pk for row in reversed(made)]
    seen, before = [], None
    while True:
        page = hits(Row.objects.all(), "值班", before=before)
        seen += [hit.pk for hit in page.hits]
        assert page.total == (60 if before is None else None)
        if page.after is None:
            break
        before = page.after
    assert seen == expected


WAYS = {
    "walked, for it is frequent": {"MANY": 0, "DENSE": 0},
    "walked, for there are too many": {"FEW": 3},
    "gathered at once": {},
    "gathered by and by": {"COUNTED": 2},
}


@pytest.mark.parametrize("way", WAYS)
def test_frequent_and_rare_words_are_found_by_different_ways_with_one_result(monkeypatch, way):
    for name, value in WAYS[way].items():
        monkeypatch.setattr(ways, name, value)
    made = rows(*(f"关于第{n}号事项的通知" for n in range(12)), "函告")
    mine = Row.objects.filter(pk__in=[row.pk for row in made[::2]])
    expected = [row.pk for row in reversed(made[:12:2])]
    assert found("通知", mine) == expected
    assert found("通知", mine, limit=4) == expected[:4]
    page = hits(mine, "通知", limit=4)
    assert found("通知", mine, limit=4, before=page.after) == expected[4:]
    assert list(matching(mine, "通知").order_by("-day").values_list("pk", flat=True)) == expected
    assert found("不见", mine) == []


def test_a_reader_of_few_rows_is_told_where_the_look_ended(monkeypatch):
    monkeypatch.setattr(ways, "FEW", 0)
    monkeypatch.setattr(services, "STRIDES", (2, 3))
    made = rows(*["关于值班的通知"] * 12)
    mine = Row.objects.filter(pk=made[0].pk)
    page = hits(mine, "值班")
    assert page.is_cut
    assert page.hits == []
    seen = 0
    while page.after:
        page = hits(mine, "值班", before=page.after)
        seen += len(page.hits)
    assert seen == 1


def test_a28_the_link_of_a_cut_search_names_no_hidden_row():
    row = (dt.date(2026, 11, 25), 0, 2063)
    cut = Page([], None, Place(*row), is_cut=True)
    link = places.told(cut)
    assert "2063" not in link
    assert "2026" not in link
    assert places.found(link) == Place(*row)
    assert places.found("place-unknown") is None


def test_a28_neither_hits_nor_the_count_know_of_hidden_rows():
    made = rows("关于涉密检查的通知", "关于值班的通知")
    mine = Row.objects.filter(pk=made[1].pk)
    page = hits(mine, "通知")
    assert [hit.pk for hit in page.hits] == [made[1].pk]
    assert page.total == 1
    assert hits(mine, "涉密").total == 0


def test_a_sealed_row_never_enters_the_index_and_leaves_it_when_sealed():
    (row,) = rows("关于值班的通知")
    row.is_sealed = True
    index(row)
    assert found("值班") == []
    assert not SearchEntry.objects.exists()


def test_a_changed_row_is_found_by_its_new_words_only():
    (row,) = rows("关于值班的通知")
    row.source = "关于防汛的通知"
    index(row)
    assert (found("值班"), found("防汛")) == ([], [row.pk])
    assert SearchEntry.objects.count() == 1


def test_the_whole_index_can_be_made_anew():
    made = rows("关于值班的通知", "", "关于防汛的通知")
    SearchEntry.objects.all().delete()
    assert reindex(Row) == 2
    assert found("通知") == [made[2].pk, made[0].pk]


def test_a_very_long_text_is_found_to_its_end():
    long = "".join(chr(0x4E00 + n * 7 % 20000) for n in range(199_980)) + "最末一句话"
    entry = SearchEntry.objects.create(
        content_type=ContentType.objects.get_for_model(Row),
        object_id=rows("x")[0].pk + 1, happened_on=FIRST, words=long,
    )  # fmt: skip
    entry.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tokens @@ office_query('末一') FROM office_searchentry WHERE id = %s",
            [entry.pk],
        )
        assert cursor.fetchone() == (True,)


def test_a_hit_carries_its_first_lines_and_the_place_of_the_match():
    text = "关于值班的通知\n江川省数据局\n江数函〔2026〕8号\n" + "前" * 30 + "应急预案" + "后" * 20
    entry = rows("x")[0]
    SearchEntry.objects.update(words=text)
    (hit,) = hits(Row.objects.all(), "应急").hits
    assert (hit.pk, hit.title) == (entry.pk, "关于值班的通知")
    assert hit.facts[:2] == ("江川省数据局", "江数函〔2026〕8号")
    assert "应急预案" in hit.piece
    assert len(hit.piece) <= services.SNIPPET


def test_a_search_costs_the_same_number_of_queries_for_one_hit_and_for_a_hundred():
    def cost(words):
        with CaptureQueriesContext(connection) as queries:
            hits(Row.objects.all(), words)
        return len(queries)

    rows("独有之词", *["关于值班的通知"] * 100)
    ContentType.objects.get_for_model(Row)
    assert cost("独有") == cost("值班") <= 4  # how frequent, the hits, what is readable, the page
    assert cost("不见") <= 3


@pytest.mark.parametrize(
    ("piece", "words", "shown"),
    [
        ("江政发〔2026〕3号", ["江政发2026"], "<mark>江政发〔2026</mark>〕3号"),
        ("通知与通知", ["通知"], "<mark>通知</mark>与<mark>通知</mark>"),
        ("<b>通知</b>", ["通知"], "&lt;b&gt;<mark>通知</mark>&lt;/b&gt;"),
        ("通<script>知", ["通知"], "通&lt;script&gt;知"),
        ("OFD格式", ["ofd"], "<mark>OFD</mark>格式"),
        ("无关", ["通知", "★"], "无关"),
        ("", ["通知"], ""),
    ],
)
def test_a15_the_match_is_marked_and_the_rest_escaped(piece, words, shown):
    assert snippet(piece, words) == shown


def test_hits_of_several_registers_are_one_list():
    made = rows(*["关于值班的通知"] * 30)
    even, odd = (
        Readable.of(Row.objects.filter(pk__in=[row.pk for row in made[first::2]]))
        for first in (0, 1)
    )
    seen, place = [], None
    while True:
        page = everywhere([even, odd], "值班", limit=7, before=place)
        seen += [hit.pk for _model, hit in page.hits]
        if page.after is None:
            break
        place = Place.parse(str(page.after))
    assert seen == [row.pk for row in reversed(made)]


PLACES = ["", "x", "1.2.3", "2026-01-01", "2026-01-01.0.x", "2026-13-01.0.1", "..", "1.1.1.1"]


@pytest.mark.parametrize("text", [*PLACES, "2026-01-01.0.99999999999999999999999"])
def test_a13_a_place_from_the_address_is_a_place_or_the_beginning(text):
    rows("关于值班的通知")
    page = everywhere([], "值班", before=Place.parse(text))
    assert page.hits == []
