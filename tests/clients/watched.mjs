// What both clients watch, and how they tell of it: a line of JSON for each thing that they hear.

export const { URL: address, TOKEN: token, AFTER: after } = process.env;

export function tell(what, told = {}) {
  process.stdout.write(`${JSON.stringify({ what, ...told })}\n`);
}

// Each has the request that is sent again on every new connection. Both libraries read it anew then: moving `after` on
// is all it takes to go on after the last notification that came.
export function watched() {
  const news = {
    query: `subscription ($after: ID) { notificationReceived(after: $after) { id kind title } }`,
    variables: { after },
  };
  const balance = { query: `subscription { balanceChanged { available revision } }` };
  return [
    [
      news,
      ({ notificationReceived: { id, kind, title } }) => {
        news.variables.after = id;
        tell("notification", { id, kind, title });
      },
    ],
    [balance, ({ balanceChanged }) => tell("balance", balanceChanged)],
  ];
}

export function sink(hear) {
  return {
    next: ({ data, errors }) => (errors ? tell("refused", { errors }) : hear(data)),
    error: (error) => tell("ended", { error: String(error?.message ?? JSON.stringify(error)) }),
    complete: () => tell("completed"),
  };
}
