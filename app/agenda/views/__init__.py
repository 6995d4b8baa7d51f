"""Pages and feeds of people's time."""
