"""财务: index of the admin pages of its slices."""
