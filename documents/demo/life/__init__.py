"""The living office: months of letters nobody wrote by hand, lived day by day by its people."""
