"""Pages of trainings and joint days."""
