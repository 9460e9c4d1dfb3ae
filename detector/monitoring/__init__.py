"""What an on-call engineer sees: metrics, health and logs."""
