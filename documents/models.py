"""Index of the tables of documents: one line per slice, no code."""

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
    "Assist", "Extension", "IncomingDocument", "IncomingGrant", "Instruction", "Link", "Opinion",
    "Phrase", "Reader", "RetentionClass", "Sender", "StepLimit", "UrgencyLimit",
]  # fmt: skip
