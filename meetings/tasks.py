"""会议: index of the sweeps of its slices."""
