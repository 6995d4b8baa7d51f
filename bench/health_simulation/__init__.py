"""Whether intervals hold what they promise, and how often an alert is false."""
