"""The findings of each shape of rules, as arrays: what kernels need, and what they leave."""
