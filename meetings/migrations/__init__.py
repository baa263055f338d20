"""会议: the history of its tables."""
