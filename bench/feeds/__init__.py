"""How much a calendar feed costs, beside doing nothing and beside a hand-made string."""
