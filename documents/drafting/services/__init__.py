"""The verbs of drafting and dispatch: one function per step, transaction inside."""
