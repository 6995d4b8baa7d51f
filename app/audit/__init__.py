"""Who did what and when: append-only, each entry holding the hash of the one before."""
