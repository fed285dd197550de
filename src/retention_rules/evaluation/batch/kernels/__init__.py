"""The kernels: loops in machine code over the columns of all customers. They interpret arrays."""
