"""The Grafana dashboard: what it shows, and how that is written for Grafana."""
