"""后勤: upkeep: assets, vehicles, rooms, supplies, reception."""
