"""财务: index of the sweeps of its slices."""
