"""What people say after they met: the three taps of all contacts, and how voices are mixed."""
