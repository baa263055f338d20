"""督查考评: follow-up: assignments, reviews, inspections."""
