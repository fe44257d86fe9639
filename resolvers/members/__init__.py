"""Members, their profile and who looks at them."""
