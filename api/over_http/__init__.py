"""GraphQL over HTTP (draft of September 2025) and over server-sent events (graphql-sse, distinct connections).

No cookie is ever read: a request is who its `Authorization` header says it is, and browsers do not add that by
themselves. Together with JSON-only bodies, which are never "simple", and safe GET, that is the protection against
cross-site requests; no extra header is asked for.
"""
