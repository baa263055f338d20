"""A verdict, and the bench on which one is reached."""

from __future__ import annotations

from dataclasses import dataclass

CELL = 156 / 28
INDENTED = 28.0 + 2 * CELL


@dataclass(frozen=True)
class Verdict:
    """One row of the table: what was expected, what was found; pages count from 1."""

    id: str
    element: str
    clause: str
    expected: str
    found: str
    passed: bool
    page: int = 1


@dataclass
class Bench:
    """Takes the measures of one row."""

    id: str
    element: str
    clause: str
    page: int = 1

    def near(self, what: str, found: float, wanted: float, within: float) -> Verdict:
        """Hold a length against what it should be, in mm."""
        ok = abs(found - wanted) <= within + 0.005
        return self._say(f"{what} {wanted:.1f} ± {within:g}", f"{found:.2f}", ok=ok)

    def between(self, what: str, found: float, low: float, high: float) -> Verdict:
        """Hold a length against what it may be."""
        return self._say(
            f"{what} {low:g}–{high:g}", f"{found:.2f}", ok=low - 0.005 <= found <= high + 0.005
        )

    def true(self, what: str, found: object, *, ok: bool) -> Verdict:
        """Hold something that is no length against what it should be."""
        return self._say(what, str(found), ok=ok)

    def _say(self, expected: str, found: str, *, ok: bool) -> Verdict:
        return Verdict(self.id, self.element, self.clause, expected, found, ok, self.page)
