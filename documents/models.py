"""Index of the tables of documents: one line per slice, no code."""

from documents.drafting.models import (
    Annex,
    Copy,
    Countersign,
    Dispatch,
    DispatchGrant,
    FindingAnswer,
    Impression,
    Measurement,
    Objection,
    OrganCode,
    Remark,
    Seal,
    Signature,
    Suggestion,
    Version,
)
from documents.receipt.models import (
    Assist,
    Extension,
    IncomingDocument,
    IncomingGrant,
    Instruction,
    Link,
    Opinion,
    Reader,
)
from documents.reference.models import Phrase, RetentionClass, Sender, StepLimit, UrgencyLimit

__all__ = [
    "Annex", "Assist", "Copy", "Countersign", "Dispatch", "DispatchGrant", "Extension",
    "FindingAnswer", "Impression", "IncomingDocument", "IncomingGrant", "Instruction", "Link",
    "Measurement", "Objection", "Opinion", "OrganCode", "Phrase", "Reader", "Remark",
    "RetentionClass", "Seal", "Sender", "Signature", "StepLimit", "Suggestion", "UrgencyLimit",
    "Version",
]  # fmt: skip
