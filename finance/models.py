"""财务: index of the models of its slices."""
