"""Forms of trainings and joint days."""
