"""Gate: what stops a draft, and what has to be answered once, with a reason. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from documents.proofreading.rule import Finding, Severity

Key = tuple[str, str]
LONGEST_QUOTE = 200


def key(finding: Finding) -> Key:
    """What an answer is kept under: the rule and the words it is about, wherever they move."""
    return finding.rule, finding.found[:LONGEST_QUOTE]


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a text and the answers given so far."""

    blocking: tuple[Finding, ...]
    unanswered: tuple[Finding, ...]
    answered: tuple[Finding, ...]

    @property
    def may_submit(self) -> bool:
        """Nothing blocks, and every doubt has been answered."""
        return not (self.blocking or self.unanswered)


def judge(findings: Iterable[Finding], answers: Collection[Key] = ()) -> Verdict:
    """Part findings into those that block (E), those to answer (E*, W), and those answered.

    An answer never lifts an E.
    """
    blocking, unanswered, answered = [], [], []
    for finding in findings:
        if finding.severity == Severity.ERROR:
            blocking.append(finding)
        elif key(finding) in answers:
            answered.append(finding)
        else:
            unanswered.append(finding)
    return Verdict(tuple(blocking), tuple(unanswered), tuple(answered))
