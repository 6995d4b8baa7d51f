"""What the rotations do by themselves."""
