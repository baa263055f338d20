"""发文统计: what was written and issued, how long each step took, what passed at once."""
