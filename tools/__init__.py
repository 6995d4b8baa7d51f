"""What the Makefile calls: translations, the supervisor, Node and the browser."""
