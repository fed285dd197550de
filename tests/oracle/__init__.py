"""A slow, independent reading of docs/semantics.md, to hold the engines against."""

from tests.oracle.denote import denote

__all__ = ["denote"]
