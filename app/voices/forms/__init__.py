"""The form of the three taps."""
