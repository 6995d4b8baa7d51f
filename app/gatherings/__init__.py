"""Trainings and joint days in the field: courses, sessions, seats, waiting lists, attendance."""
