"""Each person's page: what waits, what comes, what changed."""
