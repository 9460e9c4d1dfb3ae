"""What a stream costs from Kafka to Kafka: latency at given rates, where it goes, and the highest rate that keeps it."""
