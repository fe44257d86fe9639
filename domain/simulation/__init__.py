"""What history would have given under another programme: replayed in memory, and compared."""
