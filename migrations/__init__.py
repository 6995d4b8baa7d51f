"""Database migrations and the guards that every version of the schema carries."""
