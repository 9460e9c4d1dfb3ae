"""Finds leaked direct-contact details in a Kafka stream of travel listings and booking messages."""

import os

__version__ = "0.1.0"

# ONNX Runtime reports its use to its maker unless told not to, before it is imported (its Privacy.md). Nothing leaves here.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
