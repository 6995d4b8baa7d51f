"""Pages of the rotations."""
