"""工作台: one row for each thing a person owes."""
