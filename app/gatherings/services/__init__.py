"""What people do with trainings and joint days."""
