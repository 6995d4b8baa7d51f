"""The planning board: what it shows, and moving people on it by hand."""
