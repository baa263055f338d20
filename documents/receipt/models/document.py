"""IncomingDocument: from the envelope to the file; every fact a state implies is a constraint."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.receipt.models.choices import (
    AnswerMethod,
    Channel,
    Condition,
    Kind,
    Nature,
    receipt_number,
)
from documents.receipt.models.folder import Folder
from documents.receipt.models.querysets import IncomingDocumentQuerySet
from documents.receipt.workflow import ENDED, INCOMING, NUMBERED, OPEN, STAGE_OF, State
from documents.reference.models import WEIGHTS, Relation, Sender, Term, Urgency
from office.files.models import Attachment
from office.people.models import Unit

INDEXED_WORDS = 200_000
DIGITS = re.compile(r"\d+")
USER = settings.AUTH_USER_MODEL


class IncomingDocument(Folder):
    """收文: one document that came in, with its envelope, its handling and its end."""

    # the envelope (签收)
    sender = models.ForeignKey(
        Sender, models.PROTECT, related_name="documents", verbose_name=_("sender"),
        db_index=False,  # the indexes below begin with it
    )  # fmt: skip
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
    kind = models.CharField(
        pgettext_lazy("document", "kind"), max_length=2, choices=Kind, blank=True
    )
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
    due_on = models.DateField(pgettext_lazy("document", "due"), null=True)
    handler = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("handler")
    )
    urger = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("in charge of urging")
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
    marks_read = "documents.receipt.services.circulation.read"  # from the list of what to read

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
            ("view_figures", "Can see the figures of receipt"),
            ("settle_figures", "Can settle a month"),
        ]
        indexes = [
            # what visible_to asks rides along: the capped count never touches the rows
            models.Index(
                fields=["-received_on", "-id"],
                include=["lead_unit", "is_sealed", "signed_for_by"],
                name="incoming_day",
            ),
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
            # what one filters by that is rare among all
            models.Index(fields=["sender", "-received_on", "-id"], name="incoming_sender"),
            models.Index(
                fields=["urgency", "-received_on", "-id"],
                condition=~Q(urgency=""),
                name="incoming_urgency",
            ),
            models.Index(fields=["sender", "doc_number"], name="incoming_same_number"),
            models.Index(fields=["title_key"], name="incoming_same_title"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt_class", "year", "serial"], name="incoming_number_unique"
            ),
            models.CheckConstraint(
                name="incoming_sealed_has_no_content",
                condition=Q(is_sealed=False)
                | Q(title="", title_key="", doc_number="", organ_code="", kind="", note="",
                    copy_number="", serial=None, written_on=None, result="", answer_text="",
                    frozen_sheet=None, state__in=[State.SEALED, State.COLLECTED]),
                violation_error_message=_(
                    "A classified envelope carries no content here (保密法 §31)."
                ),
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
                condition=~Q(state__in=["handling", "handled", "answered"])
                | Q(handler__isnull=False),
            ),
            models.CheckConstraint(
                name="incoming_urgent_has_urger",
                condition=~Q(state__in=["assigned", "handling"])
                | Q(urgency__in=["", "平急"])
                | Q(urger__isnull=False),
                violation_error_message=_(
                    "A person by name urges an urgent document (条例 §24(6))."
                ),
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
        return receipt_number(self.receipt_class, self.year, self.serial)

    @property
    def desk_title(self) -> str:
        """What a desk, a bell or a mail may say of it.

        A sealed one is told from others by the digits of its number and by its time: letters of
        the number may name who sent it, and that is not even said.

        Whoever looks after the units' work reads this of every document, seen or unseen (A28).
        """
        if self.is_sealed:
            at = timezone.localtime(self.signed_for_at)
            words = {"at": f"{at:%m-%d %H:%M}"}
            if not (digits := DIGITS.findall(self.envelope_number)):
                return _("Classified envelope, signed for %(at)s") % words
            words["number"] = digits[-1]
            return _("Classified envelope no. %(number)s, signed for %(at)s") % words
        return self.title or _("Envelope from %(who)s") % {"who": self.sender}

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

    @property
    def search_day(self) -> dt.date:
        return self.received_on

    def search_words(self) -> str:
        """What the search box finds it by; nothing of a sealed envelope."""
        if self.is_sealed:
            return ""
        return "\n".join(filter(None, (self.own_words, *self._attached_words())))

    @property
    def own_words(self) -> str:
        """What search finds it by, without its attachments."""
        words = (self.title, self.doc_number, self.reference, self.sender.name, self.note)
        return "\n".join(filter(None, words))

    def _attached_words(self) -> Iterable[str]:
        """What stands in its attachments, as far as an index can follow."""
        texts = Attachment.objects.about(self).exclude(text="")[:20]
        return ("\n".join(texts.values_list("text", flat=True))[:INDEXED_WORDS],)
