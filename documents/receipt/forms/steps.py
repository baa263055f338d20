"""One form for each step that a record offers; `FORMS` names them by step."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.receipt.forms.people import (
    MemberField,
    PeopleField,
    PersonLabel,
    UnitTicks,
    working_units,
)
from documents.receipt.models import IncomingDocument, Link
from documents.receipt.models.choices import AnswerMethod
from documents.receipt.plan import POINTS, Plan, earlier_steps
from documents.reference.models import Term
from documents.reference.services import due_day, proposed_term, workdays_for
from office import clock
from office.people.models import Unit, User
from office.workdays import calendar

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
POINT_LABELS = {
    "ours": gettext_lazy("It is ours to handle"),
    "rules": gettext_lazy("It follows the rules of who writes to whom"),
    "form": gettext_lazy("Its kind and its form are right"),
    "consulted": gettext_lazy("Other bodies concerned were consulted and have countersigned"),
    "drafting": gettext_lazy("It meets the other requirements of drafting"),
}


OPINION = gettext_lazy("Opinion")


def opinion(label: Any = OPINION, *, required: bool = True) -> forms.CharField:
    """Make the field in which somebody writes words that stay."""
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=2000, required=required, widget=area, strip=True)


class StepForm(forms.Form):
    """The form of one step: knows the document and who acts."""

    def __init__(self, *args: Any, row: IncomingDocument, actor: User, **kwargs: Any) -> None:
        self.row, self.actor = row, actor
        kwargs["auto_id"] = f"{self.prefix_id()}_%s"
        super().__init__(*args, **kwargs)
        self.prepare()

    @classmethod
    def prefix_id(cls) -> str:
        return cls.__name__.lower().removesuffix("form")

    def prepare(self) -> None:
        """Fill choices and first values from the document."""


class PlainForm(StepForm):
    """A step that needs no words."""


class OpinionForm(StepForm):
    opinion = opinion()


class PerhapsForm(StepForm):
    """A step whose words may be left out (圈阅)."""

    opinion = opinion(gettext_lazy("Opinion"), required=False)


class ReasonForm(StepForm):
    reason = opinion(gettext_lazy("Reason"))


class ScreenForm(StepForm):
    points = forms.MultipleChoiceField(
        label=gettext_lazy("The five points"),
        choices=[(point, POINT_LABELS[point]) for point in POINTS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    opinion = opinion(gettext_lazy("Remark, or the reasons for returning it"), required=False)

    def prepare(self) -> None:
        self.fields["points"].clause = "条例 第二十四条（三）"  # type: ignore[attr-defined]


class RejectForm(ScreenForm):
    opinion = opinion(gettext_lazy("Reasons"))

    def clean_points(self) -> list[str]:
        points: list[str] = self.cleaned_data["points"]
        if len(points) == len(POINTS):
            raise forms.ValidationError(_("Leave the points unticked that are not met."))
        return points


class PlanForm(StepForm):
    """Units, readers and limit, as proposed or changed."""

    lead_unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Lead unit"))
    assist_units = UnitTicks(
        Unit.objects.none(), label=gettext_lazy("Assisting units"), required=False
    )
    due_on = forms.DateField(label=gettext_lazy("Due"), widget=DAY)
    assist_due_on = forms.DateField(label=gettext_lazy("Input due"), widget=DAY, required=False)

    def prepare(self) -> None:
        units = working_units()
        self.fields["lead_unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["assist_units"].queryset = units  # type: ignore[attr-defined]
        row = self.row
        self.initial.update(
            {
                "lead_unit": row.lead_unit_id,
                "due_on": row.due_on or due_day(row.urgency, clock.today()),
                "assist_units": [part.unit_id for part in row.open_assists],
            }
        )
        if row.due_on is None:
            days = workdays_for(row.urgency)
            self.fields["due_on"].auto = _("%(n)s workdays, from the table") % {"n": days}  # type: ignore[attr-defined]

    def clean_due_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["due_on"]
        return _workday(day, self) if day else day

    def clean_assist_due_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["assist_due_on"]
        return _workday(day, self) if day else day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        due, early = cleaned.get("due_on"), cleaned.get("assist_due_on")
        if due and early and early > due:
            self.add_error("assist_due_on", _("Inputs come before the document is due."))
        return cleaned

    def plan(self) -> Plan:
        data = self.cleaned_data
        lead = data.get("lead_unit")
        return Plan(
            lead_unit=lead,
            assist_units=[unit for unit in data["assist_units"] if unit != lead],
            due_on=data.get("due_on"),
            assist_due_on=data.get("assist_due_on"),
            readers=[*data.get("readers", []), *data.get("more_readers", [])],
        )


def _workday(day: dt.date, form: StepForm) -> dt.date:
    if day < clock.today() and day != form.row.due_on:
        raise forms.ValidationError(_("This day has passed."))
    if not calendar.is_workday(day):
        near = calendar.after(day, 0)
        raise forms.ValidationError(
            _("%(day)s is not a workday; the next one is %(near)s.") % {"day": day, "near": near}
        )
    return day


class ProposeForm(PlanForm):
    opinion = opinion(gettext_lazy("Proposal"))
    leaders = forms.CharField(required=False, widget=forms.HiddenInput)
    readers = PersonLabel(User.objects.none(), label=gettext_lazy("Readers"), required=False)
    more_readers = PeopleField(
        label=gettext_lazy("More readers"), required=False,
        help_text=gettext_lazy("Names, separated by 、 or spaces"),
    )  # fmt: skip

    field_order = ["opinion", "lead_unit", "assist_units", "due_on", "leaders", "readers"]

    def prepare(self) -> None:
        super().prepare()
        self.everybody = list(reading_circle())
        self.fields["readers"].queryset = User.objects.filter(pk__in=[p.pk for p in self.everybody])  # type: ignore[attr-defined]
        self.bench = [person for person in self.everybody if "leader" in person.roles]
        self.turns = self._turns()

    def _turns(self) -> dict[int, str]:
        if self.is_bound:
            return {p.pk: self.data.get(f"turn-{p.pk}", "") for p in self.bench}
        return {}

    def turn_rows(self) -> list[tuple[User, str]]:
        """Each leader with the place in the order, for the template."""
        return [(person, self.turns.get(person.pk, "")) for person in self.bench]

    def turn_choices(self) -> list[str]:
        return [str(n) for n in range(1, min(len(self.bench), 6) + 1)]

    def clean_leaders(self) -> list[User]:
        placed: list[tuple[int, User]] = []
        for person, place in self.turn_rows():
            if place:
                if not place.isdecimal():
                    raise forms.ValidationError(_("The order is a number."))
                placed.append((int(place), person))
        if len({place for place, _person in placed}) < len(placed):
            raise forms.ValidationError(_("Two leaders have the same place in the order."))
        return [person for _place, person in sorted(placed, key=lambda pair: pair[0])]


def reading_circle() -> Any:
    """Return the people most documents circulate to: leaders and heads of units."""
    return (
        User.objects.active()
        .filter(roles__overlap=["leader", "section_head", "office_director"])
        .by_rank()
    )


class DistributeForm(StepForm):
    opinion = opinion(gettext_lazy("Proposal"), required=False)
    readers = PersonLabel(User.objects.none(), label=gettext_lazy("Readers"), required=False)
    more_readers = PeopleField(
        label=gettext_lazy("More readers"), required=False,
        help_text=gettext_lazy("Names, separated by 、 or spaces"),
    )  # fmt: skip

    def prepare(self) -> None:
        self.fields["readers"].queryset = reading_circle()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.people():
            self.add_error("readers", _("Name at least one reader."))
        return cleaned

    def people(self) -> list[User]:
        return [*self.cleaned_data.get("readers", []), *self.cleaned_data.get("more_readers", [])]


class CirculateForm(DistributeForm):
    field_order = ["readers", "more_readers"]

    def prepare(self) -> None:
        super().prepare()
        del self.fields["opinion"]
        have = self.row.readers.filter(recalled_at=None).values("reader")
        self.fields["readers"].queryset = reading_circle().exclude(pk__in=have)  # type: ignore[attr-defined]


class InstructForm(PlanForm):
    """批示: words, and what the leader changes of the proposal."""

    opinion = opinion(gettext_lazy("Instruction"), required=False)
    quick = forms.CharField(required=False, widget=forms.HiddenInput)
    more_readers = PeopleField(label=gettext_lazy("More readers"), required=False)

    field_order = ["opinion", "lead_unit", "assist_units", "due_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["opinion"] = cleaned.get("opinion") or cleaned.get("quick") or ""
        if not cleaned["opinion"]:
            self.add_error("opinion", _("Write an instruction, or choose a phrase."))
        return cleaned


class NameHandlerForm(StepForm):
    handler = MemberField(User.objects.none(), label=gettext_lazy("Handler"))

    def prepare(self) -> None:
        self.fields["handler"].queryset = (  # type: ignore[attr-defined]
            User.objects.active().filter(unit=self.row.lead_unit_id).by_rank()
        )


class TransferForm(NameHandlerForm):
    reason = opinion(gettext_lazy("Reason"))

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["handler"]
        field.queryset = field.queryset.exclude(pk=self.row.handler_id)


class ExtensionForm(StepForm):
    until = forms.DateField(label=gettext_lazy("New due day"), widget=DAY)
    reason = opinion(gettext_lazy("Reason"))

    def clean_until(self) -> dt.date:
        day: dt.date = _workday(self.cleaned_data["until"], self)
        if self.row.due_on and day <= self.row.due_on:
            raise forms.ValidationError(_("It must be later than the day it is due now."))
        return day


class DecisionForm(StepForm):
    granted = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("Granted")), ("no", gettext_lazy("Refused"))],
        widget=forms.RadioSelect,
    )
    opinion = opinion(gettext_lazy("Words"), required=False)


class ResultForm(StepForm):
    result = opinion(gettext_lazy("Result"))


class AnswerForm(StepForm):
    method = forms.ChoiceField(
        label=gettext_lazy("How it was answered"), choices=AnswerMethod, widget=forms.RadioSelect
    )
    to = forms.CharField(label=gettext_lazy("To whom"), max_length=100, required=False)
    text = opinion(gettext_lazy("What was answered, or why no answer is due"))

    def prepare(self) -> None:
        self.initial.update({"to": self.row.sender.name, "method": AnswerMethod.DOCUMENT})
        self.fields["method"].clause = "条例 第二十四条（七）"  # type: ignore[attr-defined]


class FileForm(StepForm):
    year = forms.IntegerField(label=gettext_lazy("Filing year"), min_value=1949, max_value=2999)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Filing unit"))
    retention = forms.ChoiceField(
        label=gettext_lazy("Proposed retention"), choices=Term, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        self.fields["unit"].queryset = working_units()  # type: ignore[attr-defined]
        row = self.row
        self.initial.update(
            {
                "year": row.closed_at.year if row.closed_at else clock.today().year,
                "unit": row.lead_unit_id or self.actor.unit_id,
                "retention": proposed_term(row.receipt_class),
            }
        )
        words = _("The term table is a draft until the archive authority approves it.")
        self.fields["retention"].help_text = words
        self.fields["retention"].clause = "国家档案局令第8号 第十二条"  # type: ignore[attr-defined]


class SendBackForm(StepForm):
    to = forms.ChoiceField(label=gettext_lazy("Back to"), widget=forms.RadioSelect)
    reason = opinion(gettext_lazy("Reason"))

    def prepare(self) -> None:
        ways = earlier_steps(self.row.state)
        self.fields["to"].choices = ways  # type: ignore[attr-defined]
        if ways:
            self.initial["to"] = ways[0][0]


class UrgeForm(StepForm):
    words = forms.CharField(label=gettext_lazy("Words"), max_length=200, required=False)


class LinkForm(StepForm):
    kind = forms.ChoiceField(label=gettext_lazy("This document"), choices=Link.Kind, widget=forms.RadioSelect,
                             initial=Link.Kind.REPLIES)  # fmt: skip
    other = forms.CharField(label=gettext_lazy("Receipt or document number"), max_length=60)

    def clean_other(self) -> IncomingDocument:
        text = self.cleaned_data["other"].strip()
        found = (
            IncomingDocument.objects.visible_to(self.actor)
            .by_number(text)
            .exclude(pk=self.row.pk)
            .first()
        )
        if found is None:
            raise forms.ValidationError(_("No document that you can see has this number."))
        return found


class AttachForm(StepForm):
    file = forms.FileField(label=gettext_lazy("File"))


class RecallForm(StepForm):
    reader = MemberField(User.objects.none(), label=gettext_lazy("Reader"))

    def prepare(self) -> None:
        self.fields["reader"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            pk__in=[copy.reader_id for copy in self.row.open_readers]
        )


FORMS: dict[str, type[StepForm]] = {
    "collect": PlainForm,
    "screen": ScreenForm,
    "reject": RejectForm,
    "propose": ProposeForm,
    "distribute": DistributeForm,
    "instruct": InstructForm,
    "name_handler": NameHandlerForm,
    "claim": PlainForm,
    "transfer": TransferForm,
    "progress": OpinionForm,
    "assist": OpinionForm,
    "ask_extension": ExtensionForm,
    "decide_extension": DecisionForm,
    "handle": ResultForm,
    "circulate": CirculateForm,
    "recall_reader": RecallForm,
    "read": PerhapsForm,
    "urge": UrgeForm,
    "answer": AnswerForm,
    "close": PlainForm,
    "file": FileForm,
    "send_back": SendBackForm,
    "withdraw": PlainForm,
    "void": ReasonForm,
    "attach": AttachForm,
    "annotate": OpinionForm,
    "link": LinkForm,
}
