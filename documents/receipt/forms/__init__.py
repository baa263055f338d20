"""What may be typed at each step of receipt."""
