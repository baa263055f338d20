"""IncomingDocument: from the envelope to the file; every fact a state implies is a constraint."""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.models import UserObjectPermissionBase

from documents.receipt.models.papers import Assist, Extension, Reader
from documents.receipt.numbers import normalise
from documents.receipt.workflow import (
    ENDED,
    INCOMING,
    NUMBERED,
    OPEN,
    SIDE_LANES,
    STAGE_OF,
    State,
)
from documents.reference.models import WEIGHTS, Relation, Sender, Term, Urgency
from office.desk.models import WorkItem
from office.people.models import Unit, User
from office.workflow import Stateful

if TYPE_CHECKING:
    from collections.abc import Iterable

USER = settings.AUTH_USER_MODEL
PREFIXES = {
    Relation.SUPERIOR: "收上", Relation.PEER: "收平", Relation.SUBORDINATE: "收下", Relation.OTHER: "收他",
}  # fmt: skip
RECEIPT_NUMBER = re.compile(
    r"^(?P<prefix>收[上平下他])[〔\[(（【](?P<year>\d{4})[〕\])）】](?P<serial>\d{1,9})号?$"
)


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


class IncomingDocumentQuerySet(models.QuerySet["IncomingDocument"]):
    def visible_to(self, user: User) -> IncomingDocumentQuerySet:
        """Rows a person may read: the whole book, his unit's, or what was given to him.

        A sealed envelope is seen only by those who handle sealed envelopes.
        """
        if not user.has_perm("documents.view_incoming"):
            return self.none()
        rows, seats = self, {user.pk, user.seat.pk}
        if not user.has_perm("documents.view_sealed_incoming"):
            rows = rows.filter(Q(is_sealed=False) | Q(signed_for_by__in=seats))
        if user.has_perm("documents.view_all_incoming"):
            return rows
        units = {user.unit_id, user.seat.unit_id}
        granted = IncomingGrant.objects.filter(user__in=seats, content_object=OuterRef("pk"))
        assisting = Assist.objects.filter(
            document=OuterRef("pk"), unit__in=units, cancelled_at=None
        )
        mine = Q(lead_unit__in=units) | Exists(assisting) | Exists(granted)
        if user.has_perm("documents.view_sealed_incoming"):
            mine |= Q(is_sealed=True)
        return rows.filter(mine)

    def open(self) -> IncomingDocumentQuerySet:
        return self.filter(state__in=OPEN)

    def overdue_on(self, day: dt.date) -> IncomingDocumentQuerySet:
        return self.filter(state__in=OPEN, due_on__lt=day)

    def by_number(self, text: str) -> IncomingDocumentQuerySet:
        """Those with this receipt number or this document number."""
        found = RECEIPT_NUMBER.match("".join(text.split()))
        same = Q(doc_number=normalise(text))
        if found:
            relation = next(key for key, prefix in PREFIXES.items() if prefix == found["prefix"])
            same |= Q(receipt_class=relation, year=found["year"], serial=found["serial"])
        return self.filter(same)

    def for_record(self) -> IncomingDocumentQuerySet:
        """Everything the head of a record shows, in one query."""
        return self.select_related(
            "sender", "lead_unit", "handler", "signed_for_by", "registered_by", "filing_unit"
        )


class IncomingDocument(Stateful):
    """收文: one document that came in, with its envelope, its handling and its end."""

    # the envelope (签收)
    sender = models.ForeignKey(
        Sender, models.PROTECT, related_name="documents", verbose_name=_("sender")
    )
    channel = models.CharField(_("channel"), max_length=17, choices=Channel)
    envelope_number = models.CharField(_("envelope number"), max_length=60, blank=True)
    pieces = models.PositiveSmallIntegerField(_("pieces"), default=1)
    condition = models.CharField(
        _("condition"), max_length=7, choices=Condition, default=Condition.GOOD
    )
    envelope_note = models.CharField(_("note on the envelope"), max_length=200, blank=True)
    delivery_list = models.CharField(_("delivery list"), max_length=40, blank=True)
    is_sealed = models.BooleanField(_("classified envelope"), default=False)
    signed_for_at = models.DateTimeField(_("signed for"))
    signed_for_by = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("signed for by")
    )
    received_on = models.DateField(_("received"))
    form_key = models.UUIDField(null=True, unique=True, editable=False)  # one form signs once
    # the document (登记)
    receipt_class = models.CharField(_("class"), max_length=11, choices=Relation, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    serial = models.PositiveIntegerField(_("receipt serial"), null=True)
    doc_number = models.CharField(_("document number"), max_length=60, blank=True)
    organ_code = models.CharField(_("organ code"), max_length=20, blank=True)
    doc_year = models.PositiveSmallIntegerField(_("number: year"), null=True)
    doc_serial = models.PositiveIntegerField(_("number: serial"), null=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    title_key = models.CharField(max_length=200, blank=True, editable=False)
    kind = models.CharField(_("kind"), max_length=2, choices=Kind, blank=True)
    urgency = models.CharField(_("urgency"), max_length=2, choices=Urgency, blank=True, default="")
    is_telegram = models.BooleanField(_("telegram"), default=False)
    written_on = models.DateField(_("date written"), null=True)
    copies = models.PositiveSmallIntegerField(_("copies"), default=1)
    sheet_count = models.PositiveSmallIntegerField(_("pages"), null=True)
    copy_number = models.CharField(_("copy number"), max_length=20, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registered"), null=True)
    registered_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("registered by")
    )
    # screening, proposal, handling (初审、拟办、批分、承办)
    points_met = ArrayField(
        models.CharField(max_length=12), verbose_name=_("points met"), default=list
    )
    nature = models.CharField(_("nature"), max_length=8, choices=Nature, blank=True)
    lead_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("lead unit")
    )
    limit_workdays = models.PositiveSmallIntegerField(_("limit in workdays"), null=True)
    due_on = models.DateField(_("due"), null=True)
    handler = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("handler")
    )
    handled_at = models.DateTimeField(_("handled"), null=True)
    result = models.TextField(_("result"), blank=True)
    # answer, closing, filing (答复、办结、归档)
    answer_method = models.CharField(_("answered"), max_length=9, choices=AnswerMethod, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_to = models.CharField(_("answered to"), max_length=100, blank=True)
    answer_text = models.TextField(_("answer"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    frozen_sheet = models.JSONField(null=True, editable=False)  # the sheet as it stood at closing
    sheet_digest = models.CharField(max_length=64, blank=True)
    filed_at = models.DateTimeField(_("filed"), null=True)
    filed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("filed by")
    )
    filing_year = models.PositiveSmallIntegerField(_("filing year"), null=True)
    filing_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("filing unit")
    )
    retention = models.CharField(_("proposed retention"), max_length=4, choices=Term, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.SIGNED_FOR)

    objects = IncomingDocumentQuerySet.as_manager()
    workflow = INCOMING
    takes_over = "documents.receipt.services.desk.take_over"  # a leaver's work goes on

    class Meta:
        verbose_name = _("incoming document")
        verbose_name_plural = _("incoming documents")
        ordering = ["-received_on", "-pk"]
        default_permissions = ("view",)
        permissions = [
            *INCOMING.permissions,
            ("view_all_incoming", "Can read every incoming document"),
            ("view_incoming", "Can open the book of incoming documents"),
            ("view_sealed_incoming", "Can see sealed envelopes"),
            ("sign_for_incoming", "Step: sign_for"),
            ("import_incoming", "Can import an old register"),
            ("print_incoming", "Can print the register"),
            ("export_incoming", "Can export the register"),
        ]
        indexes = [
            models.Index(fields=["-received_on", "-id"], name="incoming_day"),
            models.Index(
                fields=["-received_on", "-id"],
                condition=Q(state__in=sorted(OPEN)),
                name="incoming_open",
            ),
            models.Index(fields=["lead_unit", "-received_on", "-id"], name="incoming_unit"),
            models.Index(fields=["state", "-received_on", "-id"], name="incoming_state"),
            models.Index(
                fields=["due_on"], condition=Q(state__in=sorted(OPEN)), name="incoming_due"
            ),
            models.Index(fields=["sender", "doc_number"], name="incoming_same_number"),
            models.Index(fields=["title_key"], name="incoming_same_title"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["receipt_class", "year", "serial"], name="incoming_number_unique"),
            models.CheckConstraint(
                name="incoming_sealed_has_no_content",
                condition=Q(is_sealed=False)
                | Q(title="", title_key="", doc_number="", organ_code="", kind="", note="", copy_number="",
                    serial=None, written_on=None, result="", answer_text="", frozen_sheet=None,
                    state__in=[State.SEALED, State.COLLECTED]),
                violation_error_message=_("A classified envelope carries no content here (保密法 §31)."),
            ),
            models.CheckConstraint(
                name="incoming_sealed_states",
                condition=~Q(state__in=[State.SEALED, State.COLLECTED]) | Q(is_sealed=True),
            ),
            models.CheckConstraint(
                name="incoming_registered_has_number",
                condition=~Q(state__in=sorted(NUMBERED | {State.REJECTED}))
                | Q(year__isnull=False, serial__isnull=False, registered_at__isnull=False,
                    registered_by__isnull=False) & ~Q(title="") & ~Q(receipt_class=""),
            ),
            models.CheckConstraint(
                name="incoming_number_whole",
                condition=Q(year=None, serial=None) | Q(year__isnull=False, serial__isnull=False),
            ),
            models.CheckConstraint(
                name="incoming_assigned_has_unit",
                condition=~Q(state__in=["assigned", "handling", "handled", "answered"])
                | Q(lead_unit__isnull=False, due_on__isnull=False, nature="handling"),
            ),
            models.CheckConstraint(
                name="incoming_handling_has_handler",
                condition=~Q(state__in=["handling", "handled", "answered"]) | Q(handler__isnull=False),
            ),
            models.CheckConstraint(
                name="incoming_handled_has_result",
                condition=~Q(state__in=["handled", "answered"])
                | Q(handled_at__isnull=False) & ~Q(result=""),
            ),
            models.CheckConstraint(
                name="incoming_answered_or_reason",
                condition=~Q(state="answered")
                | Q(answered_at__isnull=False) & ~Q(answer_method="") & ~Q(answer_text=""),
            ),
            models.CheckConstraint(
                name="incoming_reading_circulates",
                condition=~Q(state="circulating") | Q(nature="reading"),
            ),
            models.CheckConstraint(
                name="incoming_closed_has_end",
                condition=~Q(state__in=sorted(ENDED))
                | Q(closed_at__isnull=False, closed_by__isnull=False, frozen_sheet__isnull=False)
                & ~Q(sheet_digest=""),
            ),
            models.CheckConstraint(
                name="incoming_filed_has_place",
                condition=~Q(state="filed")
                | Q(filed_at__isnull=False, filed_by__isnull=False, filing_year__isnull=False,
                    filing_unit__isnull=False) & ~Q(retention=""),
            ),
            models.CheckConstraint(
                name="incoming_urgency_legal",
                condition=Q(urgency__in=["", "加急", "特急"])
                | Q(urgency__in=["特提", "平急"], is_telegram=True),
                violation_error_message=_("特提 and 平急 are for telegrams only (条例 §9(3))."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return (
            self.reference or self.title or str(_("Envelope from %(who)s") % {"who": self.sender})
        )

    def get_absolute_url(self) -> str:
        return reverse("documents:incoming-record", args=[self.pk])

    @property
    def reference(self) -> str:
        """The receipt number, 收上〔2026〕12号, or nothing before registration."""
        if self.serial is None:
            return ""
        return f"{PREFIXES[Relation(self.receipt_class)]}〔{self.year}〕{self.serial}号"

    @property
    def desk_title(self) -> str:
        """What a desk, a bell or a mail may say of it: never the title of a sealed one."""
        if self.title and not self.is_sealed:
            return self.title
        name = _t("Sealed envelope from %(who)s") if self.is_sealed else _t("Envelope from %(who)s")
        return name % {"who": self.sender}

    @property
    def desk_urgency(self) -> int:
        return WEIGHTS.get(self.urgency, 0)

    @property
    def stage(self) -> int:
        """Which of the nine steps it waits for."""
        return STAGE_OF[State(self.state)]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_frozen(self) -> bool:
        """Whether the receipt sheet is frozen: later opinions go to the annex."""
        return self.closed_at is not None

    @cached_property
    def items(self) -> list[WorkItem]:
        """Every work item about it, oldest first, with its people."""
        rows = WorkItem.objects.about(self)
        return list(
            rows.select_related("assignee__unit", "unit", "sent_by", "done_by", "on_behalf_of")
        )

    @property
    def open_items(self) -> list[WorkItem]:
        return [item for item in self.items if item.done_at is None]

    @property
    def holders(self) -> list[User | Unit]:
        """Who owes the next step: people, or a unit's pool."""
        owed = [item for item in self.open_items if item.step not in SIDE_LANES]
        return [owner for owner in (item.assignee or item.unit for item in owed) if owner]

    @property
    def holders_text(self) -> str:
        owed = [item for item in self.open_items if item.step not in SIDE_LANES]
        return "、".join(dict.fromkeys(item.owner_text for item in owed))

    @property
    def last_done(self) -> WorkItem | None:
        """The main-line item that was closed last, or None when it was dropped, not done."""
        closed = [item for item in self.items if item.done_at and item.step not in SIDE_LANES]
        last = max(closed, key=lambda item: (item.done_at, item.pk), default=None)
        return last if last and last.outcome == WorkItem.Outcome.DONE else None

    def handed_on_since(self, last: WorkItem) -> list[WorkItem]:
        """What was handed out after an item was done; copies count only while it circulates."""
        return [
            item
            for item in self.items
            if item.pk > last.pk
            and last.done_at
            and item.created_at >= last.done_at
            and (not item.reading or self.state == State.CIRCULATING)
        ]

    def is_led_by(self, user: User) -> bool:
        """Tell whether the person heads the lead unit today."""
        if self.lead_unit_id is None:
            return False
        return User.objects.heads_of(self.lead_unit_id).filter(pk=user.pk).exists()

    @cached_property
    def open_extension(self) -> Extension | None:
        rows = self.extensions.filter(decided_at=None, cancelled_at=None)
        return rows.select_related("asked_by").first()

    @cached_property
    def open_assists(self) -> list[Assist]:
        rows = self.assists.filter(given_at=None, cancelled_at=None)
        return list(rows.select_related("unit"))

    @cached_property
    def open_readers(self) -> list[Reader]:
        return list(self.readers.filter(read_at=None, recalled_at=None).select_related("reader"))

    @property
    def search_day(self) -> dt.date:
        return self.received_on

    def search_words(self) -> str:
        """What the search box finds it by; nothing of a sealed envelope."""
        if self.is_sealed:
            return ""
        return "\n".join(filter(None, self._words()))

    def _words(self) -> Iterable[str]:
        return (self.title, self.doc_number, self.reference, self.sender.name, self.note)

    def forget(self) -> None:
        """Forget what was read about it, after something was written."""
        for name in ("items", "open_extension", "open_assists", "open_readers"):
            self.__dict__.pop(name, None)


class IncomingGrant(UserObjectPermissionBase):
    """A guardian grant to one person on one document, through a real foreign key."""

    content_object = models.ForeignKey(IncomingDocument, models.CASCADE, related_name="grants")
