"""Reading trainings and joint days."""
