"""Hand in taps, and mix what was handed in."""
