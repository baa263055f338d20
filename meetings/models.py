"""会议: index of the models of its slices."""
