"""Findings and rules for people: in a terminal, in English and Chinese."""
