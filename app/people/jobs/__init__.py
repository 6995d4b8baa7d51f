"""What the worker does for the people room by itself."""
