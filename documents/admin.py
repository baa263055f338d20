"""Index of the back-office of documents: one line per slice, no code."""

from documents.drafting import admin as drafting
from documents.receipt import admin as receipt
from documents.reference import admin as reference

__all__ = ["drafting", "receipt", "reference"]
