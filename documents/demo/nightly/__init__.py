"""What is asked of all rows every night, in plain SQL that knows nothing of the services."""
