"""How well pairs of teams work together: published figures, remedies and what became of them."""
