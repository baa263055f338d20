"""The tables of drafting."""

from documents.drafting.models.dispatch import Dispatch
from documents.drafting.models.handing import Copy, Impression, Measurement
from documents.drafting.models.institution import OrganCode, Seal
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
from documents.drafting.models.querysets import DispatchGrant

__all__ = [
    "Annex", "Copy", "Countersign", "Dispatch", "DispatchGrant", "FindingAnswer", "Impression",
    "Measurement", "Objection", "OrganCode", "Remark", "Seal", "Signature", "Suggestion", "Version",
]  # fmt: skip
