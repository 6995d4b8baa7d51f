"""What is known about one person, and who may be erased."""
