"""Engines: each drives the same pipeline over a real log."""
