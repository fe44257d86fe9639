"""The GraphQL schema, thin: what a client sees of the use cases."""
