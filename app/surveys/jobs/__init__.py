"""What the worker does for surveys."""
