"""What the columns of an incoming document may hold. Words of the law are data."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.reference.models import Relation

PREFIXES = {
    Relation.SUPERIOR: "收上",
    Relation.PEER: "收平",
    Relation.SUBORDINATE: "收下",
    Relation.OTHER: "收他",
}
RECEIPT_NUMBER = re.compile(
    r"^(?P<prefix>收[上平下他])[〔\[(（【](?P<year>\d{4})[〕\])）】](?P<serial>\d{1,9})号?$"
)


def receipt_number(relation: str, year: int | None, serial: int | None) -> str:
    """Return 收上〔2026〕12号, without the year when it is None; nothing before registration."""
    if serial is None:
        return ""
    return f"{PREFIXES[Relation(relation)]}{f'〔{year}〕' if year else ''}{serial}号"


class Kind(models.TextChoices):
    """文种: the fifteen kinds (条例 §8)."""

    RESOLUTION = "决议", pgettext_lazy("document kind", "Resolution")
    DECISION = "决定", pgettext_lazy("document kind", "Decision")
    ORDER = "命令", pgettext_lazy("document kind", "Order")
    COMMUNIQUE = "公报", pgettext_lazy("document kind", "Communiqué")
    ANNOUNCEMENT = "公告", pgettext_lazy("document kind", "Announcement")
    PROCLAMATION = "通告", pgettext_lazy("document kind", "Proclamation")
    VIEWS = "意见", pgettext_lazy("document kind", "Views")
    NOTICE = "通知", pgettext_lazy("document kind", "Notice")
    CIRCULAR = "通报", pgettext_lazy("document kind", "Circular")
    REPORT = "报告", pgettext_lazy("document kind", "Report")
    REQUEST = "请示", pgettext_lazy("document kind", "Request")
    REPLY = "批复", pgettext_lazy("document kind", "Reply")
    BILL = "议案", pgettext_lazy("document kind", "Bill")
    LETTER = "函", pgettext_lazy("document kind", "Letter")
    MINUTES = "纪要", pgettext_lazy("document kind", "Minutes")


class Channel(models.TextChoices):
    EXCHANGE = "exchange", _("Confidential exchange station")
    CONFIDENTIAL_POST = "confidential_post", _("Confidential post")
    POST = "post", _("Post")
    FAX = "fax", _("Fax")
    E_EXCHANGE = "e_exchange", _("Electronic document exchange")
    COURIER = "courier", _("By hand")
    EMAIL = "email", _("E-mail")


class Condition(models.TextChoices):
    GOOD = "good", _("Intact")
    DAMAGED = "damaged", _("Damaged")
    OPENED = "opened", _("Opened")
    SHORT = "short", _("Pieces missing")


class Nature(models.TextChoices):
    HANDLING = "handling", _("For handling")
    READING = "reading", _("For reading")


class AnswerMethod(models.TextChoices):
    DOCUMENT = "document", _("By document")
    TELEPHONE = "telephone", _("By telephone")
    VISIT = "visit", _("In person")
    EMAIL = "email", _("By e-mail")
    NONE = "none", _("None is due")
