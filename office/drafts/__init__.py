"""草稿: forms somebody has begun and not sent."""
