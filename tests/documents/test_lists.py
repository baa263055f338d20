"""What is done from a list leads back to that list: 已阅, and many rows at once."""

from django.urls import reverse

from documents.receipt.models import IncomingDocument
from documents.receipt.services import circulation
from documents.receipt.workflow import State
from office.audit.models import Entry
from office.desk.models import Urge, WorkItem
from tests.documents.factories import Office, trail, walk
from tests.office.factories import signed_in

READ, LIST = reverse("office:reading-done"), reverse("office:reading")
BATCH = reverse("documents:incoming-batch")


def circulated(office: Office) -> IncomingDocument:
    row = walk(None, State.SCREENED, office)
    return circulation.circulate(row.pk, actor=office.director, readers=[office.staff])


def test_a_copy_is_read_in_the_list_and_all_of_them_each_by_itself(office: Office) -> None:
    rows = [circulated(office) for _n in range(3)]
    items = list(WorkItem.objects.filter(step="read").order_by("pk"))
    client = signed_in(office.staff)
    answer = client.post(READ, {"item": items[0].pk, "next": LIST}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "已阅 1 件" in answer.content.decode()
    page = client.get(LIST).content.decode()
    assert "全部标为已阅" in page
    late = circulated(office)
    assert client.post(READ, {"until": items[2].pk, "next": LIST}).url == LIST
    assert [trail(row).count("read") for row in [*rows, late]] == [1, 1, 1, 0]


def test_a2_a_copy_of_another_is_not_read_for_him(office: Office) -> None:
    row = circulated(office)
    item = WorkItem.objects.get(step="read")
    other = signed_in(office.other_head)
    for given in ({"item": item.pk}, {"until": 2**62}, {"item": "9" * 5000}, {"item": "x"}, {}):
        assert other.post(READ, given).status_code == 302
    assert "read" not in trail(row)


def test_urging_many_asks_first_and_comes_back(office: Office) -> None:
    rows = [walk(None, State.HANDLING, office), walk(None, State.SCREENED, office)]
    client = signed_in(office.clerk)
    book = reverse("documents:incoming") + "?view=overdue"
    given = {"action": "urge", "row": [row.pk for row in rows], "next": book}
    page = client.post(BATCH, given).content.decode()
    assert not Urge.objects.exists()
    assert page.count("将通知") == 2
    assert "人）" in page  # how many a pool has
    answer = client.post(BATCH, given | {"go": "1", "words": "本周报来"})
    assert answer.url == book
    assert Entry.objects.filter(action="urge", comment="本周报来").count() == 2
    again = client.post(BATCH, given | {"go": "1"})
    assert again.status_code == 422
    assert Urge.objects.values("at").distinct().count() == 1


def test_a9_a_batch_leads_nowhere_else(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    given = {"action": "urge", "row": row.pk, "next": "//evil.example", "go": "1"}
    assert signed_in(office.clerk).post(BATCH, given).url == reverse("office:desk")
