"""What may be typed in drafting."""
