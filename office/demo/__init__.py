"""演示单位: the people of a fictional provincial centre, as plain data."""
