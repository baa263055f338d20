"""拟办、批分、传阅: who handles, until when, who instructs and who reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.receipt.forms.base import DAY, StepForm, opinion, workday
from documents.receipt.forms.people import (
    PeopleField,
    PersonField,
    PersonLabel,
    UnitTicks,
    headed_units,
    in_full,
    working_units,
)
from documents.receipt.models import Instruction
from documents.receipt.plan import Plan
from documents.reference.services import workdays_for
from office import clock
from office.http import number
from office.people.models import Unit, User
from office.workdays import calendar


class PlanForm(StepForm):
    """Units, readers and limit, as proposed or changed."""

    lead_unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Lead unit"))
    assist_units = UnitTicks(
        Unit.objects.none(), label=gettext_lazy("Assisting units"), required=False
    )
    due_on = forms.DateField(label=gettext_lazy("Due"), widget=DAY)
    assist_due_on = forms.DateField(label=gettext_lazy("Input due"), widget=DAY, required=False)

    def prepare(self) -> None:
        row, units = self.row, self.units()
        self.known = list(units)
        choices = [(unit.pk, unit.name) for unit in self.known]
        offer(self, "lead_unit", units, [("", "—"), *choices])
        offer(self, "assist_units", units, choices)
        days = workdays_for(row.urgency) if row.due_on is None else 0
        assists = row.open_assists if row.lead_unit_id else []
        self.initial.update(
            {
                "lead_unit": row.lead_unit_id,
                "due_on": row.due_on or calendar.after(clock.today(), days),
                "assist_units": [part.unit_id for part in assists],
            }
        )
        if row.due_on is None:
            self.fields["due_on"].auto = _("%(n)s workdays, from the table") % {"n": days}  # type: ignore[attr-defined]

    def units(self) -> Any:
        """The units to choose from."""
        return working_units()

    def clean_due_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["due_on"]
        return workday(day, self) if day else day

    def clean_assist_due_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["assist_due_on"]
        return workday(day, self) if day else day

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
            urger=data.get("urger"),
        )


def offer(form: StepForm, name: str, rows: Any, choices: list[Any]) -> None:
    """Let a field choose among rows that have been read once already."""
    field: Any = form.fields[name]
    field.queryset = rows
    field.widget.choices = choices


class ProposeForm(PlanForm):
    opinion = opinion(gettext_lazy("Proposal"))
    leaders = forms.CharField(required=False, widget=forms.HiddenInput)
    readers = PersonLabel(User.objects.none(), label=gettext_lazy("Readers"), required=False)
    more_readers = PeopleField(
        label=gettext_lazy("More readers"), required=False,
        help_text=gettext_lazy("Names, separated by 、 or spaces"),
    )  # fmt: skip

    urger = PersonField(label=gettext_lazy("In charge of urging"), required=False)

    field_order = ["opinion", "lead_unit", "assist_units", "due_on", "leaders", "readers"]

    def prepare(self) -> None:
        super().prepare()
        circle = reading_circle()
        people = list(circle)
        offer(self, "readers", circle, [(p.pk, in_full(p)) for p in people])
        self.bench = [person for person in people if "leader" in person.roles]
        if self.row.desk_urgency:
            person = self.row.urger or self.row.registered_by
            self.initial["urger"] = person.name if person else ""
            self.fields["urger"].required = True
            self.fields["urger"].clause = "条例 第二十四条（六）"  # type: ignore[attr-defined]
            self.fields["urger"].help_text = _("An urgent document is urged by a person by name.")
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
                if (n := number(place)) is None:
                    raise forms.ValidationError(_("The order is a number."))
                placed.append((n, person))
        if len({place for place, _person in placed}) < len(placed):
            raise forms.ValidationError(_("Two leaders have the same place in the order."))
        return [person for _place, person in sorted(placed, key=lambda pair: pair[0])]


def reading_circle() -> Any:
    """Return the people most documents circulate to: leaders and heads of units."""
    return (
        User.objects.active()
        .filter(roles__overlap=["leader", "section_head", "office_director"])
        .select_related("unit")
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


@dataclass(frozen=True)
class Part:
    """One unit in the list a leader ticks: who heads it, and whether it takes part or leads."""

    unit: Unit
    head: str
    is_ticked: bool
    leads: bool


class InstructForm(PlanForm):
    """批示: words, and what the leader changes of the proposal."""

    opinion = opinion(gettext_lazy("Instruction"), required=False)
    quick = forms.CharField(required=False, widget=forms.HiddenInput)
    more_readers = PeopleField(label=gettext_lazy("More readers"), required=False)

    field_order = ["opinion", "lead_unit", "assist_units", "due_on"]

    def prepare(self) -> None:
        super().prepare()
        asked = {unit for unit in (self.row.lead_unit_id, *self.initial["assist_units"]) if unit}
        lead, ticked = self["lead_unit"].value(), self["assist_units"].value() or []
        chosen = {str(unit) for unit in (lead, *ticked)}
        parts = [
            Part(unit, "、".join(unit.heads), str(unit.pk) in chosen, str(unit.pk) == str(lead))
            for unit in self.known
        ]
        proposed = [part for part in parts if part.unit.pk in asked]
        self.proposed = sorted(proposed, key=lambda part: part.unit.pk != self.row.lead_unit_id)
        self.others = [part for part in parts if part.unit.pk not in asked]
        self.opens_others = any(part.is_ticked for part in self.others)

    def units(self) -> Any:
        return headed_units()

    @cached_property
    def turns_to_come(self) -> str:
        """Name the leaders who instruct after this one."""
        turns = self.row.papers(Instruction, "leader", given_at=None, cancelled_at=None)
        return "、".join(turn.leader.name for turn in turns[1:])

    def next_turn(self) -> str:
        """Name the leader who instructs next, if one does."""
        return self.turns_to_come.partition("、")[0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["opinion"] = cleaned.get("opinion") or cleaned.get("quick") or ""
        if not cleaned["opinion"]:
            self.add_error("opinion", _("Write an instruction, or choose a phrase."))
        return cleaned
