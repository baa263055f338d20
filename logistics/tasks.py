"""后勤: index of the sweeps of its slices."""
