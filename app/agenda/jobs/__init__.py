"""What the worker does for calendars."""
