"""Job rotations: rounds, placements, applications, plans, stays."""
