"""Answers in text: found, normalised, compared exactly."""
