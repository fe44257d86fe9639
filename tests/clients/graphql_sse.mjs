// The client of the npm package graphql-sse, as an app has it: it comes back whatever ended the connection.
import { createClient } from "graphql-sse";
import { address, sink, tell, token, watched } from "./watched.mjs";

const client = createClient({
  url: address,
  headers: { Authorization: `Bearer ${token}` },
  retryAttempts: Infinity,
  retry: () => new Promise((resolve) => setTimeout(resolve, 50 + 100 * Math.random())),
  on: { connected: (again) => tell("connected", { again }) },
});
for (const [request, hear] of watched()) client.subscribe(request, sink(hear));
