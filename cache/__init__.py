"""The only room that knows Redis: what is here can be thrown away at any time and is refilled from MongoDB."""
