"""People, teams, memberships, roles and sign-in."""
