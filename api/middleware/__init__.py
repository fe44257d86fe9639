"""What every request passes through: its id, its line in the log, its headers, the net under it."""
