"""Pages of the outbox: a person's notices, and the mails for those who run the program."""
