"""督查考评: index of the admin pages of its slices."""
