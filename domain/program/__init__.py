"""The programme: what marketers set, as one validated, versioned value."""
