"""What the worker does for trainings and joint days."""
