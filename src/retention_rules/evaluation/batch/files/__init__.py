"""Data sets larger than memory, part by part."""
