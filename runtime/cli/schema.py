"""`regulars schema`."""


def schema() -> None:
    """Prints the GraphQL schema.

    \b
    Examples:
      regulars schema > schema.graphql
    """
    from resolvers.schema import print_sdl

    print(print_sdl(), end="")
