"""财务: the history of its tables."""
