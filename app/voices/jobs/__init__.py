"""The worker forgets who spoke."""
