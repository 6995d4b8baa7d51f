"""The page Today and the notices behind it."""
