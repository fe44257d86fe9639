"""The ASGI process: routes, middleware, authentication, GraphQL over HTTP, WebSocket and SSE, limits, health."""
