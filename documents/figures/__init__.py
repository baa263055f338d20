"""统计: what came, how long it took, what was late; where it waits; months that are settled."""
