"""Who may see and do what about health."""
