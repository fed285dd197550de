"""What the kernel takes: rules as units, and events as classes that play the same parts in them."""
