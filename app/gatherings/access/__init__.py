"""Who may see and do what with trainings and joint days."""
