"""The page of the three taps, shared by every kind of contact."""
