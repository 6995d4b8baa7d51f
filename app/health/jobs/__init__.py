"""What the worker does for health."""
