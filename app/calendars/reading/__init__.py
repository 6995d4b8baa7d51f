"""Read calendars of any origin into busy times: data in, data out, and nothing is trusted."""
