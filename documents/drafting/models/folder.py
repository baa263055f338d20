"""What lies about a dispatch: items, countersignatures, copies, findings; read once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from documents.drafting.models.handing import Copy, Impression, Measurement
from documents.drafting.models.papers import (
    Annex,
    Countersign,
    FindingAnswer,
    Objection,
    Remark,
    Signature,
    Suggestion,
    Version,
)
from documents.drafting.text import Finding, digest_of, proofread
from documents.drafting.workflow import SIDE_LANES, State
from documents.proofreading import gate
from office.desk.carried import Carried
from office.files.models import Attachment
from office.people.models import User

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models.fields.related_descriptors import RelatedManager

    from documents.drafting.models.institution import OrganCode


ATTACH = "attach"  # the step under which files that go with the text hang


class DispatchFolder(Carried):
    """The papers of one dispatch, as its steps and its pages ask for them."""

    side_lanes = SIDE_LANES
    kept = (
        "annex_list", "countersign_list", "signature_list", "copy_list", "answers", "findings",
        "measured", "threads", "signed_paper", "version_count",
        *(f"has_{name}" for name in
          ("annexes", "countersigns", "answers", "suggestions", "copies", "measurements")),
    )  # fmt: skip

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        code: OrganCode
        drafter: User
        drafter_id: int
        signer: User | None
        dated_on: dt.date | None
        signed_digest: str
        issued_sha256: str
        annexes: RelatedManager[Annex]
        remarks: RelatedManager[Remark]
        versions: RelatedManager[Version]
        countersigns: RelatedManager[Countersign]
        signatures: RelatedManager[Signature]
        finding_answers: RelatedManager[FindingAnswer]
        objections: RelatedManager[Objection]
        suggestions: RelatedManager[Suggestion]
        impressions: RelatedManager[Impression]
        measurements: RelatedManager[Measurement]
        copies: RelatedManager[Copy]

    @property
    def is_countersigned_now(self) -> bool:
        return self.state == State.CHECKED and bool(self.open_countersigns)

    @property
    def holders_text(self) -> str:
        """Whom it lies with: while it is countersigned, those whose turn it is."""
        if self.is_countersigned_now:
            return "、".join(map(str, self.asked_countersigns))
        return super().holders_text

    @property
    def waits_for(self) -> str:
        """Say whom it waits for and what for; nothing when nobody owes anything."""
        if not self.is_countersigned_now and not self.owed:
            return ""
        step = "countersign" if self.is_countersigned_now else self.owed[0].step
        label = str(self.workflow.steps[step].label).lower()
        return _("Waiting for %(who)s to %(step)s") % {"who": self.holders_text, "step": label}

    def lying(self, name: str, model: type[Any], *people: str, **which: None) -> list[Any]:
        """Return its papers of one kind; asks for none when its record was read without any."""
        is_there = self.__dict__.get(f"has_{name}", True)
        return self.papers(model, *people, **which) if is_there else []

    @property
    def issuers(self) -> list[str]:
        """The bodies that issue it, ours first (条例 §9(4))."""
        return [settings.INSTITUTION, *self.co_issuers]  # type: ignore[attr-defined]

    @cached_property
    def annex_list(self) -> list[Annex]:
        return self.lying("annexes", Annex)

    @cached_property
    def countersign_list(self) -> list[Countersign]:
        """Who was asked and not taken off the list, in order."""
        people = ("unit", "given_by", "remark")
        return self.lying("countersigns", Countersign, *people, cancelled_at=None)

    @property
    def open_countersigns(self) -> list[Countersign]:
        return [part for part in self.countersign_list if part.given_at is None]

    @property
    def asked_countersigns(self) -> list[Countersign]:
        """Those whose turn it is: everybody at once, or one after the other, as was asked."""
        waiting = self.open_countersigns
        turn = min((part.order for part in waiting), default=0)
        return [part for part in waiting if part.order == turn]

    @cached_property
    def signature_list(self) -> list[Signature]:
        """Whose signature it needs, one of each issuing body."""
        return self.papers(Signature, "person__unit", "signed_by", "remark", cancelled_at=None)

    @property
    def open_signatures(self) -> list[Signature]:
        return [each for each in self.signature_list if each.signed_at is None]

    @cached_property
    def copy_list(self) -> list[Copy]:
        return self.lying("copies", Copy, "unit", "received_by")

    @property
    def bound_files(self) -> list[Attachment]:
        """The files that go with the text: what is signed is signed with them."""
        return [file for file in self.files if file.step == ATTACH]

    @property
    def open_copies(self) -> list[Copy]:
        """Copies that have not left the house."""
        return [copy for copy in self.copy_list if copy.sent_at is None]

    @cached_property
    def answers(self) -> dict[tuple[str, str], FindingAnswer]:
        """What was answered to the proofreader, by rule and place."""
        found = self.lying("answers", FindingAnswer, "author")
        return {(answer.rule, answer.quote): answer for answer in found}

    @cached_property
    def findings(self) -> list[Finding]:
        """What the proofreader finds in the text as it stands."""
        return proofread(self)

    @property
    def standing_errors(self) -> tuple[Finding, ...]:
        """Findings that no reason excuses."""
        return gate.judge(self.findings).blocking

    @property
    def unanswered(self) -> tuple[Finding, ...]:
        """Findings that ask for a reason and have none yet."""
        return gate.judge(self.findings, self.answers).unanswered

    @property
    def digest(self) -> str:
        """The digest of the text as it stands now."""
        return digest_of(self)

    @property
    def paper_is_measured(self) -> bool:
        """Whether what was measured last is the issued paper itself."""
        last = self.measured
        return bool(self.issued_sha256) and last is not None and last.sha256 == self.issued_sha256

    @cached_property
    def measured(self) -> Measurement | None:
        """What was found when it was measured last."""
        return next(iter(self.lying("measurements", Measurement)), None)

    @cached_property
    def signed_paper(self) -> dict[str, Any] | None:
        """The version that was signed last; a record is read with it."""
        last = self.versions.filter(step="sign").order_by("-number").first()
        return last.paper if last else None

    @cached_property
    def version_count(self) -> int:
        """How many versions are kept; a record is read with it."""
        return self.versions.count()

    @cached_property
    def threads(self) -> list[tuple[Suggestion, list[Suggestion]]]:
        """Every suggestion with the answers to it."""
        found: list[Suggestion] = self.lying("suggestions", Suggestion, "author", "settled_by")
        heads = [each for each in found if each.answers_id is None]
        return [(head, [each for each in found if each.answers_id == head.pk]) for head in heads]
