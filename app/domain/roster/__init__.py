"""Imports of people and teams: what each row of a file would do, decided before it is done."""
