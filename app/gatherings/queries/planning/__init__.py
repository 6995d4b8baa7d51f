"""What HR and trainers read when they plan sessions."""
