"""Who may see and do what with people and teams: pure predicates."""
