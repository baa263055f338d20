"""督查考评: index of the models of its slices."""
