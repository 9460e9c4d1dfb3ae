"""How costs grow: with workers and partitions, with the length of a text, with the backlog, and memory with time."""
