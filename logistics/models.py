"""后勤: index of the models of its slices."""
