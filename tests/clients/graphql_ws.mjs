// The client of the npm package graphql-ws, as an app has it: it comes back whatever ended the connection.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { address, sink, tell, token, watched } from "./watched.mjs";

const client = createClient({
  url: address.replace(/^http/, "ws"),
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: `Bearer ${token}` },
  // A server that is not there yet is no reason to give up, which is what the library takes it for by itself.
  shouldRetry: () => true,
  retryAttempts: Infinity,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 50 + 100 * Math.random())),
  on: {
    connected: (_socket, _payload, again) => tell("connected", { again }),
    closed: ({ code }) => tell("closed", { code }),
  },
});
for (const [request, hear] of watched()) client.subscribe(request, sink(hear));
