"""GraphiQL for development, served from files of our own: no other host is asked for anything."""
