"""编号: gap-free yearly series."""
