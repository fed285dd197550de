"""Frames as columns: events, their fields and customers, the rows that count, and their order."""
