"""What an event gives and counts, and why: rules, stacking, caps, counters, challenges, badges."""
