"""Entry points: settings, wiring, logging, the command line, the loops of workers, and embedded servers."""
