"""iCalendar without web and database: what others write is read, what we hold is written."""
