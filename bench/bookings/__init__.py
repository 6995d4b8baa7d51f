"""How fast seats are booked, when everybody wants the same one and when they do not."""
