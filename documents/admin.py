"""Index of the back-office of documents: one line per slice, no code."""
