"""The rotation planner."""
