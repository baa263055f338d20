"""消息: told once per person and key; shown at the bell."""
