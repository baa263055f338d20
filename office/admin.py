"""Index of the back-office of the ground floor: one line per room, no code."""
