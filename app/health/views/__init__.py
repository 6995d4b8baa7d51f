"""Pages about how pairs of teams work together."""
