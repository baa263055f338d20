"""The verbs of receipt, by phase: intake, assignment, handling, circulation, closing."""
