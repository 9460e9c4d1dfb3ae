"""What running workers do now, read from their /metrics: for when there is no Grafana."""
