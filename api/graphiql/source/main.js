// The GraphiQL page of a development server: queries over HTTP, subscriptions over the WebSocket of the same address.
import React from "react";
import { createRoot } from "react-dom/client";
import { GraphiQL } from "graphiql";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { createClient } from "graphql-ws";
import "graphiql/graphiql.css";

const url = new URL("/graphql", location.href);
const socketUrl = Object.assign(new URL(url), { protocol: url.protocol.replace("http", "ws") });

// The socket has no headers of its own, so the token of the headers editor goes into its first message.
function fetcher(request, options) {
  // The headers editor starts with a token still to be filled in; until then nobody asks, and that is allowed.
  const { Authorization: token, ...others } = options?.headers ?? {};
  const headers = token?.replace("Bearer", "").trim() ? { Authorization: token, ...others } : others;
  const wsClient = createClient({ url: socketUrl.href, connectionParams: headers, lazy: true });
  return createGraphiQLFetcher({ url: url.href, wsClient })(request, { ...options, headers });
}

const welcome = `# Put a token into the headers editor below, as
#   {"Authorization": "Bearer ..."}
# and press the play button.

{
  viewer {
    roles
  }
}
`;

createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: welcome,
    defaultHeaders: '{"Authorization": "Bearer "}',
    shouldPersistHeaders: false,
  }),
);
