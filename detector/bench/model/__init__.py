"""`detector bench model`: what the model costs, however it is served, and how far that is from what the processor can do.

Each candidate is loaded in a process of its own, which answers questions about sizes by turns with the others.
"""
