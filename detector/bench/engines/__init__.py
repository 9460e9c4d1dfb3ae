"""Which engine costs what: both of them, on one broker, in one run, by turns."""
