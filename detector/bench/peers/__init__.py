"""`detector bench peers`: the same texts through what a user would pick instead of this product.

Each peer is a program of its own, as short as its documentation makes it, and runs in a process of its own.
"""
