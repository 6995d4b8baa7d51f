"""One's own data to take along, and the erasure of those who left."""
