"""How fast the scoring engine scores, beside plain numpy."""
