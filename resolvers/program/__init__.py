"""The programme."""
