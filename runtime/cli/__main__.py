"""`python -m runtime.cli` is `regulars`."""

from runtime.cli import main

main()
