"""`regulars schema`."""


def schema() -> None:
    """Prints the GraphQL schema.

    \b
    Examples:
      regulars schema > schema.graphql
    """
    from resolvers.schema import schema as built

    print(built.as_str())
