"""Conclusions, drawn from what the kernels found."""
