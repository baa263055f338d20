"""运行: whether all the office stands on is well, for machines and for the system officer."""
