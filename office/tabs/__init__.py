"""存为视图: what a person filters and sorts by, named, as one more tab of a register."""
