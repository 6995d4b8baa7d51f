"""Insights: what should change between teams, who answers, and what became of it."""
