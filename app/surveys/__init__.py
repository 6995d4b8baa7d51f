"""Surveys: teams rate how it is to work with each other, and nobody is recognised."""
