"""Reading what was published."""
