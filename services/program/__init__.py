"""The programme's file and its publication."""
