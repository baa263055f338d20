"""One form for each step that a record offers; `FORMS` names them by step."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents.drafting.models import Copy, Dispatch, Seal
from documents.drafting.plan import POINTS, Recipient, earlier, seals_in_use, signers
from documents.drafting.workflow import State
from documents.receipt.forms.base import DAY, opinion
from documents.receipt.forms.people import UnitTicks, working_units
from documents.reference.models import Term
from office import clock
from office.files.forms import FilesField
from office.people.models import Unit, User

POINT_LABELS = {
    "reason": gettext_lazy("There is reason enough to write; the basis is right"),
    "content": gettext_lazy("It fits law and documents in force; the measures work"),
    "consulted": gettext_lazy("Other bodies concerned were consulted and agree"),
    "form": gettext_lazy("Kind, form, names, figures, quotations and wording are right"),
    "other": gettext_lazy("It meets the other requirements of drafting"),
}
INSIDE = "各科室"
MOST_COPIES = 9999


class StepForm(forms.Form):
    """The form of one step: knows the dispatch and who acts."""

    def __init__(self, *args: Any, row: Dispatch, actor: User, **kwargs: Any) -> None:
        self.row, self.actor = row, actor
        kwargs["auto_id"] = f"{type(self).__name__.lower().removesuffix('form')}_%s"
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill choices and first values from the dispatch."""


class PlainForm(StepForm):
    """A step that needs no words."""


class OpinionForm(StepForm):
    opinion = opinion()


class PerhapsForm(StepForm):
    opinion = opinion(required=False)


class SignForm(StepForm):
    """签发: a signature without words counts as consent (条例 §22)."""

    opinion = opinion(required=False)

    def prepare(self) -> None:
        self.fields["opinion"].help_text = _("Without words a signature counts as consent.")
        self.fields["opinion"].clause = "条例 第二十二条"  # type: ignore[attr-defined]

    def clean_opinion(self) -> str:
        return self.cleaned_data["opinion"] or "同意。"


class ReasonForm(StepForm):
    reason = opinion(gettext_lazy("Reason"))


class CheckForm(StepForm):
    points = forms.MultipleChoiceField(
        label=pgettext_lazy("dispatch", "The five points"), widget=forms.CheckboxSelectMultiple,
        choices=[(point, POINT_LABELS[point]) for point in POINTS],
        error_messages={"required": gettext_lazy("Tick the points that are met.")},
    )  # fmt: skip
    opinion = opinion()
    units = UnitTicks(Unit.objects.none(), label=gettext_lazy("Countersigned by"), required=False)
    bodies = forms.CharField(
        label=gettext_lazy("Countersigned by bodies outside"), required=False, max_length=300
    )
    order = forms.CharField(
        label=gettext_lazy("One after the other, in this order"), required=False, max_length=500,
        help_text=gettext_lazy("Names parted by 、; left empty, all are asked at once."),
    )  # fmt: skip
    signer = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Signed by"), empty_label=None
    )

    def prepare(self) -> None:
        self.fields["points"].clause = "条例 第二十条"  # type: ignore[attr-defined]
        units: Any = self.fields["units"]
        units.queryset = working_units().exclude(pk=self.row.unit_id)
        able = signers(self.row)
        signer: Any = self.fields["signer"]
        signer.queryset = User.objects.filter(pk__in=[person.pk for person in able])
        signer.choices = [(person.pk, str(person)) for person in able]
        signer.initial = self.row.signer_id or (able[0].pk if able else None)
        signer.clause = "条例 第二十二条"

    def clean_points(self) -> list[str]:
        points: list[str] = self.cleaned_data["points"]
        if len(points) < len(POINTS):
            raise forms.ValidationError(_("A point is not met: send it back, or do not issue it."))
        return points

    def clean_bodies(self) -> list[str]:
        return list(dict.fromkeys(_names(self.cleaned_data["bodies"])))

    def clean_order(self) -> list[str]:
        return _names(self.cleaned_data["order"])

    @property
    def asked(self) -> list[Unit | str]:
        """Who countersigns: as ticked and typed, or in the order that is named."""
        named = self._named()
        first = [named[name] for name in self.cleaned_data["order"]]
        rest: list[Unit | str] = [*self.cleaned_data["units"], *self.cleaned_data["bodies"]]
        return [*first, *(who for who in rest if who not in first)]

    def _named(self) -> dict[str, Unit | str]:
        units = list(self.cleaned_data.get("units") or [])
        found: dict[str, Unit | str] = {name: u for u in units for name in (u.name, u.short_name)}
        return found | {body: body for body in self.cleaned_data.get("bodies") or []}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        named = self._named()
        for name in cleaned.get("order") or []:
            if name not in named:
                message = _("%(name)s is neither ticked nor typed above.") % {"name": name}
                self.add_error("order", message)
        return cleaned


def _names(text: str) -> list[str]:
    parted = re.split(r"[、，,；;\n]", text)
    return [name.strip() for name in parted if name.strip()]


class CountersignForm(StepForm):
    agrees = forms.ChoiceField(
        label=gettext_lazy("Countersignature"), widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Agrees")), ("no", gettext_lazy("Does not agree"))],
    )  # fmt: skip
    opinion = opinion()


class OutsideForm(CountersignForm):
    """会签 of a body outside, from its own paper."""

    body = forms.ChoiceField(label=gettext_lazy("Body"), choices=())
    signer = forms.CharField(label=gettext_lazy("Signed there by"), max_length=40)
    file = FilesField(label=gettext_lazy("Its paper, scanned"))

    field_order = ["body", "signer", "agrees", "opinion", "file"]

    def prepare(self) -> None:
        names = [part.body for part in self.row.asked_countersigns if part.body]
        self.fields["body"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]


class OtherSignatureForm(StepForm):
    signer = forms.CharField(label=gettext_lazy("Signed there by"), max_length=40)
    opinion = opinion(required=False)
    file = FilesField(label=gettext_lazy("Its paper, scanned"))

    def prepare(self) -> None:
        following = next(iter(self.row.open_signatures), None)
        self.fields["signer"].help_text = following.body if following else ""


class ReviseForm(StepForm):
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=60_000, widget=forms.Textarea(attrs={"rows": 16})
    )
    reason = opinion(gettext_lazy("Reason"))

    def prepare(self) -> None:
        self.fields["title"].initial = self.row.title
        self.fields["body"].initial = self.row.body

    def clean_body(self) -> str:
        text: str = self.cleaned_data["body"]
        return text.replace("\r\n", "\n")


class RegisterForm(StepForm):
    """分送范围、印制份数: filled from addressees and copies; how many, beside."""

    recipients = forms.CharField(
        label=gettext_lazy("Distribution list"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One recipient a line, behind it the number of copies."),
    )  # fmt: skip
    spare = forms.IntegerField(
        label=gettext_lazy("Copies that stay here"), min_value=0, max_value=500, initial=2
    )

    def prepare(self) -> None:
        self.fields["recipients"].clause = "条例 第二十五条（二）"  # type: ignore[attr-defined]
        if not self.is_bound:
            self.fields["recipients"].initial = "\n".join(f"{name} 1" for name in self._names())

    def _names(self) -> list[str]:
        found: list[str] = []
        for name in [*self.row.addressees, *self.row.copy_to]:
            found += [unit.name for unit in working_units()] if name == INSIDE else name.split("、")
        return list(dict.fromkeys(found))

    def clean_recipients(self) -> list[Recipient]:
        units = {unit.name: unit for unit in working_units()}
        units |= {unit.short_name: unit for unit in working_units()}
        main = {name for group in self.row.addressees for name in group.split("、")}
        found: list[Recipient] = []
        for line in self.cleaned_data["recipients"].splitlines():
            name, _space, count = line.strip().rpartition(" ")
            if not line.strip():
                continue
            if not count.isdecimal() or not name:
                name, count = line.strip(), "1"
            if len(count) > 4 or not 1 <= int(count) <= 999:
                raise forms.ValidationError(_("%(name)s: 1 to 999 copies.") % {"name": name})
            name = name.strip()
            found.append(Recipient(name[:100], units.get(name), int(count), name in main))
        if len({each.name for each in found}) < len(found):
            raise forms.ValidationError(_("A recipient stands there twice."))
        if not found:
            raise forms.ValidationError(_("Name at least one recipient."))
        if sum(each.count for each in found) > MOST_COPIES:
            raise forms.ValidationError(_("No more than %(n)s copies.") % {"n": MOST_COPIES})
        return found


class SealForm(StepForm):
    seal = forms.ModelChoiceField(Seal.objects.none(), label=gettext_lazy("Seal"), empty_label=None)
    count = forms.IntegerField(label=gettext_lazy("Impressions"), min_value=1, max_value=2000)
    reason = opinion(gettext_lazy("Why it is sealed although measures fail"))

    def prepare(self) -> None:
        self.fields["count"].initial = self.row.copies_printed
        if self.row.measured is None or not self.row.measured.failed:
            del self.fields["reason"]
        seals: Any = self.fields["seal"]
        seals.queryset = seals_in_use()
        there = list(seals.queryset)
        seals.choices = [(seal.pk, str(seal)) for seal in there]
        mine = [seal for seal in there if seal.keeper_id == self.actor.seat.pk]
        seals.initial = next((seal.pk for seal in [*mine, *there]), None)
        if not there:
            seals.help_text = _("No seal is entered in the back-office.")


class DistributeForm(StepForm):
    """How each copy leaves the house; those for our own units go to their desks."""

    def prepare(self) -> None:
        ways = [(w.value, w.label) for w in Copy.Way if w != Copy.Way.INSIDE]
        for copy in self.row.copy_list:
            if copy.unit_id is None:
                self.fields[f"way_{copy.pk}"] = forms.ChoiceField(
                    label=copy.recipient, choices=[("", _("Not yet")), *ways],
                    initial=Copy.Way.EXCHANGE, required=False,
                )  # fmt: skip

    @property
    def inside(self) -> list[str]:
        """Our own units, to whose desks it goes at once."""
        return [copy.recipient for copy in self.row.copy_list if copy.unit_id is not None]

    def ways(self) -> dict[int, str]:
        """Return the way of each copy that leaves now, by its key."""
        return {
            int(name.removeprefix("way_")): way
            for name, way in self.cleaned_data.items()
            if name.startswith("way_") and way
        }


class SentForm(StepForm):
    copy = forms.ModelChoiceField(
        Copy.objects.none(), label=gettext_lazy("Copy for"), empty_label=None
    )
    way = forms.ChoiceField(
        label=gettext_lazy("Way"),
        choices=[(w.value, w.label) for w in Copy.Way if w != Copy.Way.INSIDE],
    )

    def prepare(self) -> None:
        field: Any = self.fields["copy"]
        field.queryset = self.row.copies.filter(sent_at=None)


class ReceivedForm(StepForm):
    """回执: who outside has received a copy, and when."""

    copy = forms.ModelChoiceField(
        Copy.objects.none(), label=gettext_lazy("Copy for"), empty_label=None
    )
    by = forms.CharField(label=gettext_lazy("Received by"), max_length=40)
    on = forms.DateField(label=gettext_lazy("Received on"), widget=DAY)

    def prepare(self) -> None:
        field: Any = self.fields["copy"]
        field.queryset = self.row.copies.filter(unit=None, received_at=None).exclude(sent_at=None)
        self.fields["on"].initial = clock.today()

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if day > clock.today():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class FileForm(StepForm):
    year = forms.IntegerField(label=gettext_lazy("Filing year"), min_value=2000, max_value=2100)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("Filing unit"), empty_label=None
    )
    retention = forms.ChoiceField(label=gettext_lazy("Proposed retention"), choices=Term)

    def prepare(self) -> None:
        unit: Any = self.fields["unit"]
        unit.queryset = Unit.objects.filter(is_active=True)
        unit.initial = self.row.unit_id
        signed = self.row.signed_at
        self.fields["year"].initial = timezone.localtime(signed).year if signed else None
        important = self.row.is_important or self.row.kind in ("请示", "决定", "意见")
        self.fields["retention"].initial = Term.PERMANENT if important else Term.THIRTY


class BackForm(StepForm):
    to = forms.ChoiceField(label=gettext_lazy("Back to"), choices=())
    reason = opinion(gettext_lazy("Reason"))

    def prepare(self) -> None:
        labels = {State.DRAFTING: _("the drafter"), State.SUBMITTED: _("the unit's review"),
                  State.REVIEWED: _("the office's check"), State.READY: _("the signer"),
        }  # fmt: skip
        choices = [(s, labels[State(s)]) for s in earlier(self.row) if State(s) in labels]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]
        if choices:
            self.fields["to"].initial = choices[-1][0]


class SuggestForm(StepForm):
    quote = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    text = opinion(gettext_lazy("Suggestion"))

    def prepare(self) -> None:
        lines = [line.strip() for line in self.row.body.splitlines() if line.strip()]
        paragraphs = [(line[:200], f"{line[:28]}…" if len(line) > 28 else line) for line in lines]
        field: Any = self.fields["quote"]
        field.choices = [("", _("The whole text")), (self.row.title, _("The title")), *paragraphs]


class AttachForm(StepForm):
    file = FilesField(label=gettext_lazy("Files"))


FORMS: dict[str, type[StepForm]] = {
    "submit": PlainForm, "review": OpinionForm, "check": CheckForm, "refuse": ReasonForm,
    "countersign": CountersignForm, "note_countersign": OutsideForm, "sign": SignForm,
    "note_signature": OtherSignatureForm, "recheck": PerhapsForm, "revise": ReviseForm,
    "register": RegisterForm, "print": PlainForm, "seal": SealForm, "distribute": DistributeForm,
    "note_sent": SentForm, "note_received": ReceivedForm, "acknowledge": PlainForm,
    "close": PlainForm, "file": FileForm,
    "send_back": BackForm, "withdraw": PlainForm, "void": ReasonForm, "annotate": OpinionForm,
    "urge": PlainForm, "comment": SuggestForm, "attach": AttachForm,
}  # fmt: skip
