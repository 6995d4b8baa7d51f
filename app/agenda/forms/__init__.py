"""What people tell about their calendars."""
