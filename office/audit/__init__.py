"""留痕: who did what to which row, when, and for whom. Append-only."""
