"""What is done to people, teams and accounts: one file per thing a person does."""
