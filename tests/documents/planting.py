"""Plant the seeds, one in each copy of a published document; count what is found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from documents.proofreading.catalogue import RULES, proofread
from documents.proofreading.facts import Facts
from documents.proofreading.reading import files
from documents.proofreading.rule import Finding, Rule
from documents.proofreading.text import Text
from tests.documents.published import converted, published
from tests.documents.seeds import SEEDS, Seed, Value
from tests.documents.soundness import facts as known

SINCE = "2012年07月01日"


@dataclass(frozen=True)
class Planted:
    """A seed in one document: the text before and after, and what was found in both."""

    seed: Seed
    name: str
    text: Text
    before: list[Finding]
    after: list[Finding]

    @property
    def is_found(self) -> bool:
        """Found is a finding of the rule that was not there before."""
        kept = sum(each.rule == self.seed.rule for each in self.before)
        return sum(each.rule == self.seed.rule for each in self.after) > kept


def grounds() -> list[tuple[str, Value]]:
    """The documents under the rules in force."""
    return [(each["doc_no"], converted(each)) for each in published() if each["date"] >= SINCE]


def planted(each_in: int = 1) -> Iterator[Planted]:
    """Plant every seed into so many documents; each begins with another document."""
    fields = grounds()
    sound = {name: proofread(files.of(value)) for name, value in fields}
    for n, seed in enumerate(SEEDS):
        done = 0
        for at in range(len(fields)):
            name, value = fields[(n + at) % len(fields)]
            changed = value
            for edit in seed.edits:
                changed = edit(changed)
            if changed == value and not seed.facts:
                continue
            text = files.of(changed)
            facts = known(seed.facts) if seed.facts else Facts()
            yield Planted(seed, name, text, sound[name], proofread(text, facts))
            done += 1
            if done == each_in:
                break
        assert done == each_in, f"{seed.rule} takes root nowhere"


def figures() -> str:
    """The table of the figures, as docs/proofreading.md quotes it."""
    seeds = list(planted())
    found = sum(each.is_found for each in seeds)
    texts = [files.of(converted(each)) for each in published()]
    findings = [each for text in texts for each in proofread(text)]
    signs = sum(
        len(line.text) for text in texts for line in text.lines("title", "body", "attachments")
    )
    levels = {level: sum(each.severity == level for each in findings) for level in ("E", "E*", "W")}
    rows = [
        ("seeded faults, one in each copy", f"{len(seeds)}"),
        ("rules they fall under", f"{len({each.seed.rule for each in seeds})} of {len(RULES)}"),
        ("found with the right rule", f"{found} ({found / len(seeds):.1%})"),
        ("published documents read", f"{len(texts)}, {signs:,} characters"),
        ("E in them", f"{levels['E']}"),
        ("E* in them", f"{levels['E*']}"),
        ("W in them", f"{levels['W']} ({levels['W'] * 1000 / signs:.2f} per 1,000 characters)"),
    ]
    return "\n".join(["| what | figure |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in rows)])


def decided_from(rule: Rule) -> str:
    """What a rule needs: the text, or facts as well, or facts alone."""
    if not rule.asks:
        return "text"
    needs = all(not isinstance(each, str) and "facts" in each for each in rule.fails)
    return f"{'facts' if needs else 'text, facts if known'}: {', '.join(rule.asks)}"


def listing() -> str:
    """The table of the rules, as docs/proofreading.md has it."""
    rows = []
    for rule in RULES:
        message = re.sub(r"%\(\w+\)s", "…", str(rule.message)).replace("%%", "%")
        cells = (rule.id, rule.severity, rule.clause, decided_from(rule), message)
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)
