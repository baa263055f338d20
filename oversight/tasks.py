"""督查考评: index of the sweeps of its slices."""
