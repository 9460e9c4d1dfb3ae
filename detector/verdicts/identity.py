"""Verdict ids: what makes a repeated verdict recognisable as the same one."""

from hashlib import sha256

from detector.records import Position


def verdict_id(position: Position, model: str) -> str:
    """32 hex digits of SHA-256 over topic, partition, offset and the model's identity, NUL-separated."""
    (topic, partition), offset = position
    return sha256(f"{topic}\0{partition}\0{offset}\0{model}".encode()).hexdigest()[:32]
