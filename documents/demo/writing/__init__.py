"""How the living office writes: what it begins on which day, and each dispatch's way through it."""
