"""Decisions and measures in plain Python: nothing here knows the web, the database or the clock."""
