"""Pages of people: one file per blueprint."""
