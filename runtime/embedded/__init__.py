"""A real MongoDB and a real Valkey from wheels, for a laptop and for tests; never for production."""
