"""Measurements, one module or folder per question."""
