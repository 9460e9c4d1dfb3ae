"""Finds leaked direct-contact details in a Kafka stream of travel listings and booking messages."""

__version__ = "0.1.0"
