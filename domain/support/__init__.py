"""Support: what staff put right, and what needs a second person."""
