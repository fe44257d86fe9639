"""A programme made ready to judge events, once, and kept."""
