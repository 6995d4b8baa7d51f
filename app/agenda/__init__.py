"""Who is busy when: the commitments of every person, whatever they come from."""
