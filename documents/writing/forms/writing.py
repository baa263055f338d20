"""拟稿: the writing screen."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents.drafting.models import Dispatch, OrganCode
from documents.drafting.plan import Words, principal
from documents.proofreading.gate import LONGEST_QUOTE
from documents.receipt.models.choices import Kind
from documents.reference.models import PAPER_URGENCIES, Urgency
from office.files.names import refuse_classified
from office.people.models import User

D = Dispatch.Direction
BESIDE = ("title", "kind", "urgency", "addressees", "copy_to", "code", "signer", "body")
# 条例 §8: which way a kind goes when nobody says otherwise; 命令 and 议案 are not a centre's.
DIRECTIONS = {
    "请示": D.UP, "报告": D.UP, "函": D.ACROSS, "公告": D.PUBLIC, "通告": D.PUBLIC,
    "决议": D.DOWN, "决定": D.DOWN, "意见": D.DOWN, "通知": D.DOWN, "通报": D.DOWN, "批复": D.DOWN,
    "纪要": D.DOWN, "公报": D.PUBLIC,
}  # fmt: skip
SEPARATORS = re.compile(r"[，,；;\n]+")
LONGEST_BODY = 60_000
LONGEST_TITLE = 200  # of an attachment
HEAD = 200  # characters in which a mark of classification would stand
ANNEXES = 12  # texts bound with one document
JOINT = "条例 第九条（五）、第二十二条"


class Picked(forms.TextInput):
    """A line of names; the script offers those that are known."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-pick": "all", "autocomplete": "off", **(attrs or {})})


class BodyList(forms.CharField):
    """Names of bodies, groups parted by ，: 各科室，各分中心."""

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        names = [name.strip("　 、。：:") for name in SEPARATORS.split(text or "")]
        found = [name for name in names if name]
        if any(len(name) > 100 for name in found):
            raise ValidationError(_("A name is longer than a hundred characters."))
        return found

    def prepare_value(self, value: Any) -> Any:
        return "，".join(value) if isinstance(value, list | tuple) else value


class SignerField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}　{obj.title}"


def kinds() -> list[tuple[str, Any]]:
    """Return the kinds this institution writes, with the way each usually goes."""
    return [(k.value, k.label) for k in Kind if k.value in DIRECTIONS]


class WritingForm(forms.Form):
    """Header and text of a draft; texts bound with it are annex-title-1, annex-body-1 and so on."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=kinds)
    direction = forms.ChoiceField(
        label=gettext_lazy("Goes"), required=False,
        choices=[("", gettext_lazy("as the kind usually goes")), *D.choices],
    )  # fmt: skip
    code = forms.ModelChoiceField(
        OrganCode.objects.none(), label=gettext_lazy("Organ code"), empty_label=None
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), required=False,
        choices=[(u.value, u.label) for u in Urgency if u in PAPER_URGENCIES],
    )  # fmt: skip
    addressees = BodyList(
        label=gettext_lazy("Addressees"), required=False, max_length=1000, widget=Picked()
    )
    copy_to = BodyList(
        label=gettext_lazy("Copies to"), required=False, max_length=1000, widget=Picked()
    )
    co_issuers = BodyList(
        label=gettext_lazy("Issued jointly with"), required=False, max_length=600,
        widget=Picked(attrs={"data-pick": "outside"}),
        help_text=gettext_lazy(
            "In the order of their names on the head, ours first. Every body signs; the number is "
            "ours alone."
        ),
    )  # fmt: skip
    signer = SignerField(
        User.objects.none(), label=pgettext_lazy("dispatch", "Signed by"), required=False
    )
    is_important = forms.BooleanField(
        label=gettext_lazy("Important: signed by the principal"), required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Note below the date"), max_length=120, required=False
    )
    due_on = forms.DateField(
        label=gettext_lazy("To be issued by"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=LONGEST_BODY, required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "placeholder": " "}),
    )  # fmt: skip
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, row: Dispatch | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        codes: Any = self.fields["code"]
        codes.queryset = OrganCode.objects.filter(is_active=True)
        self.fields["co_issuers"].clause = JOINT  # type: ignore[attr-defined]
        signer: Any = self.fields["signer"]
        signer.queryset = User.objects.holding("leader").by_rank()
        signer.empty_label = "—"

    @classmethod
    def of(cls, row: Dispatch) -> WritingForm:
        """Return the form of a draft as it stands."""
        names = ("title", "kind", "direction", "code", "urgency", "addressees", "copy_to",
                 "co_issuers", "signer", "is_important", "note", "due_on", "body")  # fmt: skip
        initial = {name: getattr(row, name) for name in names}
        if row.direction == DIRECTIONS.get(row.kind):  # and goes on with it when that changes
            initial["direction"] = ""
        return cls(initial=initial | {"edition": row.edition}, row=row)

    @property
    def beside(self) -> list[forms.BoundField]:
        """The fields of the head and the text, which show their errors beside them as one types."""
        return [self[name] for name in BESIDE]

    @property
    def annexes(self) -> list[tuple[str, str]]:
        """The texts bound with the document, as typed or as they stand."""
        if not self.is_bound:
            return [(a.title, a.body) for a in self.row.annex_list] if self.row else []
        found = []
        for n in range(1, ANNEXES + 1):
            title, body = (
                self.data.get(f"annex-{part}-{n}", "").replace("\r\n", "\n")
                for part in ("title", "body")
            )
            title, body = title.strip(), body.strip("\n")
            if title or body.strip():
                found.append((title, body))
        return found

    def clean_title(self) -> str:
        """A title is one line, however it was broken while it was typed."""
        title = "".join(self.cleaned_data["title"].split("\n")).replace("\r", "").strip()
        refuse_classified(title)
        return title

    def clean_body(self) -> str:
        text: str = self.cleaned_data["body"].replace("\r\n", "\n").strip("\n")
        refuse_classified(text[:HEAD])
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("kind")
        if kind and not cleaned.get("direction"):
            cleaned["direction"] = DIRECTIONS[kind]
        if kind in ("请示", "报告"):
            cleaned["direction"] = D.UP  # 条例 §8: they go to a superior and nowhere else
        if "then" in self.data:
            self._demand_whole(cleaned)
        self._refuse_classified(cleaned)
        for n, why in self.annex_errors.items():
            said = {"n": n, "why": why}
            self.add_error(None, ValidationError(_("Attachment %(n)s: %(why)s"), params=said))
        return cleaned

    def _demand_whole(self, cleaned: dict[str, Any]) -> None:
        """Say beside each field what is missing before the draft can be submitted (条例 §9)."""
        for name in ("title", "body"):
            if name in cleaned and not cleaned[name].strip():
                self.add_error(name, _("Title and text are needed first."))
        needs = cleaned.get("direction") in (D.UP, D.ACROSS) and cleaned.get("kind") != "纪要"
        if needs and not cleaned.get("addressees", True):
            self.add_error("addressees", _("Name the addressee."))
        if "signer" in cleaned and not self._signer(cleaned):
            self.add_error("signer", _("Name who signs."))

    def _refuse_classified(self, cleaned: dict[str, Any]) -> None:
        """No state secret is written here (保密法 §31): say beside which field it stands."""
        typed = {name: cleaned.get(name, "") for name in ("note", "body")}
        typed |= {n: "\n".join(cleaned.get(n, ())) for n in ("addressees", "copy_to", "co_issuers")}
        typed["title"] = "\n".join(words for pair in self.annexes for words in pair)
        for name, words in typed.items():
            try:
                refuse_classified(words)
            except ValidationError as error:
                self.add_error(None if name == "title" else name, error)

    @staticmethod
    def _signer(data: dict[str, Any]) -> User | None:
        """Return who signs: the principal where the rule says so, else as chosen (条例 §22)."""
        needs_principal = data.get("direction") == D.UP or data.get("is_important")
        chosen: User | None = data["signer"]
        return principal() or chosen if needs_principal else chosen

    @property
    def annex_errors(self) -> dict[int, str]:
        """What is wrong with which attachment, counted from 1."""
        found = {}
        for n, (title, body) in enumerate(self.annexes, 1):
            if not title:
                found[n] = _("It needs a title.")
            elif len(title) > LONGEST_TITLE:
                found[n] = _("Its title is longer than two hundred characters.")
            elif len(body) > LONGEST_BODY:
                found[n] = _("Its text is too long; hand it in as a file.")
        return found

    def words(self) -> Words:
        """Return everything typed, once the form is valid."""
        data = self.cleaned_data
        return Words(
            kind=data["kind"], direction=data["direction"], code=data["code"],
            title=data["title"], body=data["body"], addressees=data["addressees"],
            copy_to=data["copy_to"], co_issuers=data["co_issuers"], urgency=data["urgency"],
            note=data["note"], is_important=data["is_important"], due_on=data["due_on"],
            signer=self._signer(data),
            annexes=tuple(self.annexes),
        )  # fmt: skip


class AnswerForm(forms.Form):
    """校对答复: why a remark does not apply here."""

    rule = forms.CharField(max_length=8)
    quote = forms.CharField(required=False, strip=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)

    def clean_quote(self) -> str:
        quote: str = self.cleaned_data["quote"]
        return quote.replace("\r\n", "\n")[:LONGEST_QUOTE]


class ReplyForm(forms.Form):
    """Words under a suggestion; none settle it."""

    text = forms.CharField(
        label=pgettext_lazy("suggestion", "Answer"), max_length=500, required=False
    )
