"""Forms of the rotations: text in, drafts out."""
