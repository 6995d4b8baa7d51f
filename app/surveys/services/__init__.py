"""Changing surveys."""
