import os
from pathlib import Path
from tests.documents import drafts
from tests.documents.factories import walk, fresh
from documents.receipt.workflow import State as R
from documents.drafting.models import Copy
from documents.drafting.services import issuing, reviewing, signing, writing
OUT = Path("/tmp/look"); OUT.mkdir(exist_ok=True)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 1}

def shot(v, name, full=True):
    v.page.wait_for_load_state("networkidle")
    v.page.wait_for_timeout(500)
    v.page.screenshot(path=str(OUT / f"{name}.png"), full_page=full)

def test_look(visit, office):
    drafts.prepare(office)
    origin = walk(None, R.HANDLING, office)
    row = drafts.to_reviewed(office, origin=origin)
    writing.suggest(row.pk, actor=office.colleague, text="金额宜写明大写。", quote="一、基本情况")
    d = visit(office.director)
    d.open(row.get_absolute_url()); shot(d, "check")
    d.speak("en"); d.open(row.get_absolute_url()); shot(d, "check-en")
    row = reviewing.check(row.pk, actor=office.director, points=reviewing.POINTS, opinion="已核，请会签。", asked=[office.data, "江川省财政厅"])
    reviewing.countersign(row.pk, actor=office.other_head, agrees=True, opinion="无意见。")
    s = visit(office.screener); s.open(row.get_absolute_url()); shot(s, "outside")
    reviewing.note_countersign(row.pk, actor=office.screener, body="江川省财政厅", signer="王某", agrees=True, opinion="同意", papers=[drafts.scanned()])
    p = visit(office.principal, **PHONE); p.open("/"); shot(p, "desk-phone")
    p.open(row.get_absolute_url()); shot(p, "sign-phone"); shot(p, "sign-phone-top", full=False)
    p.open(row.get_absolute_url() + "#act"); shot(p, "sign-phone-act", full=False)
    row = signing.sign(row.pk, actor=office.principal, opinion="同意。")
    signing.recheck(row.pk, actor=office.screener)
    c = visit(office.clerk); c.open(row.get_absolute_url()); shot(c, "register-step")
    to = [issuing.Recipient("江川省市场监督管理局"), issuing.Recipient("质量数据科", office.data, is_main=False)]
    issuing.register(row.pk, actor=office.clerk, recipients=to, spare=2)
    c.open(row.get_absolute_url()); shot(c, "print-step")
    issuing.print_(row.pk, actor=office.clerk)
    s.open(row.get_absolute_url()); shot(s, "seal-step")
    from documents.drafting.models import Seal
    issuing.seal(row.pk, actor=office.screener, seal=Seal.objects.get(), count=4)
    c.open(row.get_absolute_url()); shot(c, "distribute-step")
    issuing.distribute(row.pk, actor=office.clerk, ways={row.copies.get(unit=None).pk: "exchange"})
    c.open(row.get_absolute_url()); shot(c, "distributed")
    o = visit(office.other_head, color_scheme="dark"); o.open(row.get_absolute_url()); shot(o, "ack-dark")
    st = visit(office.staff); st.open(origin.get_absolute_url()); shot(st, "origin")
    c.open("/documents/dispatch/"); shot(c, "register")
