"""Who asks: bearer tokens, the keys that signed them, and a key pair for development."""
