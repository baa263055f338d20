"""The two ways the office says no: never you (403), not now (409)."""

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """The person lacks the authority for this step; answered with 403.

    `clause` is the rule; `who` is a sentence that names the people who may.
    """

    def __init__(self, reason: str, *, clause: str = "", who: str = "") -> None:
        super().__init__(reason)
        self.reason, self.clause, self.who = reason, clause, who


class Refused(Exception):
    """The row is not in the right state, or a rule stands in the way; answered with 409.

    `clause` is the rule; `kept` is what the person had typed, so that nothing is lost.
    """

    def __init__(self, reason: str, *, clause: str = "", kept: str = "") -> None:
        super().__init__(f"{reason} ({clause})" if clause else reason)
        self.reason, self.clause, self.kept = reason, clause, kept
