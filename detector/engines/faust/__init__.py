"""Faust hosts the pipeline: at least once, for teams that run Faust already.

Nothing of the core knows of it. What Faust cannot promise, and how this engine works around it, stands in the README and
is shown by `tests/faust_limits`.
"""
