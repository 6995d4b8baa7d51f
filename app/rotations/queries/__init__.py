"""Reading rotations: one file per subject."""
