"""检索: one box over every register the reader may see."""
