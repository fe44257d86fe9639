"""What members want to be told, where they can be reached, and what staff do about it."""
