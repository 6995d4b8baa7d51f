"""How fast and how well the planner plans."""
