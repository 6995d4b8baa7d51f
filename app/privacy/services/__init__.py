"""Erasing somebody, holding data back, and the term after which it goes."""
