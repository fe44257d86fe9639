"""The catalog and what members got from it."""
