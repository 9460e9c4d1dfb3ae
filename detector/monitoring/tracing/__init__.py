"""OpenTelemetry spans of what the observers are told; the only place that knows the library, which is an extra."""
