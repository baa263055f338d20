"""The shape of a demonstration letter and of a sealed envelope.

Days count back: ``written`` and ``received`` are workdays before ``BASE_DAY`` (0 is that day).
``days`` are workdays from receipt to the time limit; 0 takes the default for the urgency.
``fate`` is where the demonstration leaves the letter; ``reason`` is given when it was rejected,
void, sent back, or asked for more time. Sent back with a handler: returned by the lead unit for
re-assignment; without one: returned by the leader to the proposer. ``decision`` on an extension of
``extra_days`` is granted, refused, or empty while it waits. ``instructions`` answer ``leaders`` in
order; fewer of them means the rest have not written yet. ``unread`` names readers still to read.
``failed_points`` are keys of the five points of 初审. ``answer`` is (method, to, content).
"""

from typing import NamedTuple


class Letter(NamedTuple):
    """One incoming document and what the office did with it."""

    sender: str
    organ_code: str
    year: int
    serial: int
    title: str
    kind: str
    urgency: str
    written: int
    received: int
    at: str
    channel: str
    pages: int
    fate: str
    paragraphs: tuple[str, ...]
    envelope: str = ""
    copies: int = 1
    nature: str = "handling"
    days: int = 0
    proposal: str = ""
    lead: str = ""
    assist: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    opinions: tuple[tuple[str, str], ...] = ()
    handler: str = ""
    progress: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
    result: str = ""
    answer: tuple[str, str, str] | None = None
    no_answer: str = ""
    reason: str = ""
    failed_points: tuple[str, ...] = ()
    extra_days: int = 0
    decision: str = ""


class EnvelopeData(NamedTuple):
    """One classified envelope: what stands on the outside, and nothing else."""

    sender: str
    channel: str
    envelope: str
    pieces: int
    condition: str
    received: int
    at: str
