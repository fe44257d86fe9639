"""What happened, as trusted sources tell it and as Regulars itself does: taken in, kept plain, worth so much."""
