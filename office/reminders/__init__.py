"""提醒与催办: who is reminded of what, by rule; each rung of the ladder once."""
