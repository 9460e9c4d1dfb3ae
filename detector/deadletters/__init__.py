"""Dead letters: what cannot be judged is kept byte for byte, and too many of them stop the worker."""

from detector.deadletters.brake import BrakeFill, BrakePolicy, DeadLetterBrake
from detector.deadletters.headers import error_headers, original_headers, original_topic

__all__ = ["BrakeFill", "BrakePolicy", "DeadLetterBrake", "error_headers", "original_headers", "original_topic"]
