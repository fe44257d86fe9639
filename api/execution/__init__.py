"""GraphQL itself, whatever carries it: documents, their limits, execution, and what errors may say."""
