"""Which alert follows from what, in which words, and where it goes."""
