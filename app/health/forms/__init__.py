"""Forms about remedies and actions."""
