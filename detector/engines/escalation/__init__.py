"""Repeat offenders on Faust: agents, tables, a read-only view, and the process around them.

What is counted and when it is told is decided in `detector.offenders`; here it is kept and moved.
"""
