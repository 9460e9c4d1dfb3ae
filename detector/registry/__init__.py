"""Schema Registry: which schema stands under which subject, how it is registered, and the frames it gives."""
