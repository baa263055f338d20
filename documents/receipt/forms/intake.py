"""签收、登记: what may be typed about an envelope and about a document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents.receipt import numbers
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import Channel, Condition, Kind, Nature
from documents.receipt.plan import READ_ONLY, why_no_limit
from documents.reference.models import Relation, Sender, Urgency
from documents.reference.services import sender_named
from office import clock
from office.files.forms import FilesField
from office.files.names import refuse_classified, seen

# 据…: where on the paper the machine read what it filled in.
READ_FROM = {
    "page": gettext_lazy("from page 1 of the original"),
    "issuer": gettext_lazy("from the issuing mark"),
    "head": gettext_lazy("from the head"),
    "title": gettext_lazy("from the title"),
    "foot": gettext_lazy("from the signature"),
    "paper": gettext_lazy("from the original"),
}
READ_INTO = frozenset({
    "title", "sender", "doc_number", "kind", "written_on", "urgency", "is_telegram",
    "copy_number", "sheet_count",
})  # fmt: skip


class SenderMixin(forms.Form):
    """Type a sender; a new one also says how it stands to us."""

    _sender: Sender | None = None

    sender = forms.CharField(label=gettext_lazy("Sender"), max_length=100)
    relation = forms.ChoiceField(
        label=gettext_lazy("Class of receipt"), choices=Relation, initial=Relation.SUPERIOR,
        required=False, widget=forms.RadioSelect,
        help_text=gettext_lazy("Counts for a new sender only; a known one keeps its class."),
    )  # fmt: skip

    def clean_sender(self) -> str:
        name = "".join(self.cleaned_data["sender"].split())
        return self.in_full(name) or name

    def in_full(self, short_name: str) -> str:
        """Return the name of the sender that is called so for short, or nothing."""
        known = Sender.objects.filter(short_name=short_name, is_active=True)
        return known.values_list("name", flat=True).first() or "" if short_name else ""

    def the_sender(self) -> Sender:
        """Return the sender, taking a new one into the list; asked for again, the same."""
        if self._sender is None:
            relation = self.cleaned_data.get("relation") or ""
            self._sender = sender_named(self.cleaned_data["sender"], relation)
        return self._sender


class ArrivalMixin(forms.Form):
    """When and by what way something came in."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Came by"), choices=Channel, initial=Channel.EXCHANGE
    )
    signed_for_at = forms.DateTimeField(
        label=gettext_lazy("Signed for at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moment = self.fields["signed_for_at"]
        moment.initial = clock.now().replace(second=0, microsecond=0)
        moment.clause = "条例 第二十四条（一）"  # type: ignore[attr-defined]
        moment.help_text = _("Count piece by piece and record the time.")

    def clean_signed_for_at(self) -> dt.datetime:
        moment: dt.datetime = self.cleaned_data["signed_for_at"]
        if moment > clock.now():
            raise forms.ValidationError(_("This time has not come yet."))
        if moment < clock.now() - dt.timedelta(days=30):
            raise forms.ValidationError(
                _("More than thirty days ago: import old documents instead.")
            )
        return moment


class DeliveryForm(ArrivalMixin):
    """交接单: what all pieces of one delivery share."""

    delivery_list = forms.CharField(
        label=gettext_lazy("Number of the delivery list"), max_length=40, required=False
    )


class EnvelopeForm(ArrivalMixin, SenderMixin):
    """签收: one piece, as it looks before it is opened."""

    envelope_number = forms.CharField(
        label=gettext_lazy("Envelope number"), max_length=60, required=False
    )
    pieces = forms.IntegerField(label=gettext_lazy("Pieces"), min_value=1, max_value=999, initial=1)
    condition = forms.ChoiceField(
        label=gettext_lazy("Condition"), choices=Condition, initial=Condition.GOOD
    )
    envelope_note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    is_sealed = forms.BooleanField(
        label=gettext_lazy("Classified: envelope only, for the confidential clerk"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sender"].widget.attrs["list"] = "senders"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("condition") not in (None, Condition.GOOD) and not cleaned.get(
            "envelope_note"
        ):
            self.add_error("envelope_note", _("Say what is wrong with it."))
        return cleaned


class PieceForm(EnvelopeForm):
    """One line of a delivery list: its time is the list's, its way too unless it says another."""

    SAME = ("", gettext_lazy("as above"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["signed_for_at"]
        sealed = self.fields["is_sealed"]
        sealed.widget.attrs["aria-label"] = sealed.label
        channel, relation = self.fields["channel"], self.fields["relation"]
        channel.required, channel.initial = False, ""
        channel.choices = [self.SAME, *Channel.choices]  # type: ignore[attr-defined]
        relation.widget, relation.initial = forms.Select(), ""
        relation.choices = [("", "—"), *Relation.choices]  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """A line is empty while it says nothing that an untouched one does not say."""
        said = {name: self.data.get(self.add_prefix(name), "").strip() for name in self.fields}
        return any(word and word != str(self.fields[name].initial) for name, word in said.items())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name, says_more = cleaned.get("sender"), cleaned.get("relation")
        if name and not says_more and not Sender.objects.filter(name=name).exists():
            self.add_error(
                "relation", _("Not on the list of senders: put the name right, or choose.")
            )
        return cleaned


class DocumentForm(SenderMixin):
    """登记: the document's own data, as its head says."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=300, min_length=4,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    doc_number = forms.CharField(
        label=gettext_lazy("Document number"), max_length=60, required=False
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("document", "Kind"), choices=[("", "—"), *Kind.choices], required=False
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), choices=Urgency, required=False, widget=forms.RadioSelect
    )
    is_telegram = forms.BooleanField(label=gettext_lazy("It is a telegram"), required=False)
    written_on = forms.DateField(
        label=gettext_lazy("Date written"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    copies = forms.IntegerField(
        label=gettext_lazy("Copies"), min_value=1, max_value=9999, initial=1
    )
    sheet_count = forms.IntegerField(
        label=pgettext_lazy("document", "Pages"), min_value=1, max_value=9999, required=False
    )
    copy_number = forms.CharField(label=gettext_lazy("Copy number"), max_length=20, required=False)
    nature = forms.ChoiceField(
        label=gettext_lazy("Handling"),
        choices=Nature,
        initial=Nature.HANDLING,
        widget=forms.RadioSelect,
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "The day the paper itself asks for; left empty, it is given when it is proposed."
        ),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
    originals = FilesField(label=gettext_lazy("The original"), required=False)
    duplicate = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["title", "sender", "relation", "doc_number", "kind", "written_on"]

    def __init__(self, *args: Any, row: IncomingDocument | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = _initial(row) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.row = row
        self.auto: dict[str, str] = {}  # field: source
        fields = self.fields
        fields["sender"].widget.attrs["list"] = "senders"
        fields["urgency"].help_text = _(
            "Only as marked on the paper; our own haste is the limit given when it is proposed."
        )
        fields["urgency"].clause = "条例 第九条（三）"  # type: ignore[attr-defined]
        fields["nature"].help_text = _(
            "After screening the office puts it into circulation; nobody handles or answers it."
        )
        fields["nature"].clause = "条例 第二十四条（四）"  # type: ignore[attr-defined]
        fields["doc_number"].help_text = _("Any brackets: they are put right.")
        fields["doc_number"].clause = "GB/T 9704 7.2.5"  # type: ignore[attr-defined]

    def mark_read(self, marks: Iterable[str]) -> None:
        """Mark the fields the machine filled in: each mark is a field's name and its source."""
        for name, _colon, source in (mark.partition(":") for mark in marks):
            if name in READ_INTO and source in READ_FROM:
                self.fields[name].auto = READ_FROM[source]  # type: ignore[attr-defined]
                self.auto[name] = source

    def clean_title(self) -> str:
        title = " ".join(seen(self.cleaned_data["title"]).split())
        refuse_classified(title)
        return title

    def clean_doc_number(self) -> str:
        return numbers.normalise(self.cleaned_data["doc_number"])

    def clean_written_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["written_on"]
        if day > clock.today():
            raise forms.ValidationError(_("The date written lies in the future."))
        return day

    def clean_due_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["due_on"]
        if day is not None and (reason := why_no_limit(day)):
            raise forms.ValidationError(reason)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("kind"):
            cleaned["kind"] = numbers.kind_of(cleaned.get("title", ""), Kind.values)
        telegram_only = cleaned.get("urgency") in (Urgency.FIRST, Urgency.ORDINARY)
        if telegram_only and not cleaned.get("is_telegram"):
            self.add_error("urgency", _("特提 and 平急 are for telegrams only (条例 §9(3))."))
        if cleaned.get("due_on") and cleaned.get("nature") == Nature.READING:
            self.add_error("due_on", READ_ONLY)
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return what `services.intake.register` takes."""
        keep = (
            "title", "doc_number", "kind", "urgency", "is_telegram", "written_on", "copies",
            "sheet_count", "copy_number", "nature", "note", "due_on",
        )  # fmt: skip
        names = [name for name in keep if name in self.fields]
        return {"sender": self.the_sender(), **{name: self.cleaned_data[name] for name in names}}


class CorrectForm(DocumentForm):
    """更正: the same fields but the limit, which only a step changes; and why."""

    due_on = None  # type: ignore[assignment]
    reason = forms.CharField(label=gettext_lazy("Why it is corrected"), max_length=200)


def _initial(row: IncomingDocument) -> dict[str, Any]:
    names = (
        "title", "doc_number", "kind", "urgency", "is_telegram", "written_on", "copies",
        "sheet_count", "copy_number", "note",
    )  # fmt: skip
    known = {name: getattr(row, name) for name in names}
    return known | {
        "sender": row.sender.name,
        "relation": row.sender.relation,
        "nature": row.nature or Nature.HANDLING,
        "copies": row.copies or 1,
    }
