"""Which alert follows from what, and in which words."""
