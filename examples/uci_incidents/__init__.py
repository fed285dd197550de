"""A service desk's incidents: a public log of 141,712 updates, every finding checked by SQL."""
