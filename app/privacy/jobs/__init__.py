"""The worker erases whose time has come, and whom a restored backup brought back."""
