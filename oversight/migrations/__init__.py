"""督查考评: the history of its tables."""
