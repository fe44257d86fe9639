"""What a marketer says, and what comes of it: scenarios in YAML, told by the pure domain and by the services."""
