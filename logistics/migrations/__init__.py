"""后勤: the history of its tables."""
