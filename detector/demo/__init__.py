"""The demo: bundled events and how they are read."""
