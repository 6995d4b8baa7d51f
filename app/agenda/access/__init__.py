"""Who may see which time."""
