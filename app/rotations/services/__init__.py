"""What people do with rotations: one file per subject."""
