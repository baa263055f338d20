"""Documents for the journeys, brought to a state through the services."""

from typing import Any

from documents.receipt.models import IncomingDocument
from documents.receipt.services import intake
from documents.reference.models import Sender
from tests.documents.factories import Office, SenderFactory, paper, signed_for, walk

SENDER = "江川省科学技术厅"
TITLES = [
    "关于组织申报年度省级科技计划项目的通知",
    "关于做好冬季公共机构节能降耗工作的通知",
    "关于布置统计年报和定期统计报表制度的通知",
    "关于商请接收信息管理专业学生实习的函",
    "关于加强冬春火灾防控工作的通知",
]


def bring(office: Office, state: str, n: int = 0, **given: Any) -> IncomingDocument:
    """Register the n-th title and walk it to a state."""
    sender = Sender.objects.filter(name=SENDER).first() or SenderFactory(name=SENDER)
    row = signed_for(office, sender=sender)
    facts = paper(title=f"{SENDER}{TITLES[n]}", doc_number=f"江科发〔2026〕{n + 101}号")
    row = intake.register(row.pk, actor=office.clerk, **(facts | given))
    return walk(row, state, office)
