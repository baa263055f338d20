"""Index of the back-office of documents: one line per slice, no code."""

from documents.receipt import admin as receipt
from documents.reference import admin as reference

__all__ = ["receipt", "reference"]
