"""Reading people's time."""
