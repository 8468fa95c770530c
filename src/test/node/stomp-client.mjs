// A client as an application would write it with @stomp/stompjs, told by lines of JSON on its standard input what to do.
// What happens goes to the standard output, a line of JSON for each event.
//
//   node stomp-client.mjs <ws://…> [<options of the client, as JSON>]
import { createInterface } from "node:readline";
import { Client } from "@stomp/stompjs";
import WebSocket from "ws";

// Node.js has one of its own from version 22 on.
globalThis.WebSocket ??= WebSocket;

const say = (event, details = {}) => process.stdout.write(`${JSON.stringify({ event, ...details })}\n`);

/** Destination by subscription id: what is subscribed to again after each connect. */
const wanted = new Map();

/** By subscription id. */
const subscriptions = new Map();

const client = new Client({
  brokerURL: process.argv[2],
  reconnectDelay: 100,
  ...JSON.parse(process.argv[3] ?? "{}"),
  onConnect: (frame) => {
    say("connected", { headers: frame.headers });
    for (const [id, destination] of wanted) {
      subscribe(id, destination);
    }
  },
  onStompError: (frame) => say("error", { headers: frame.headers, body: frame.body }),
  onWebSocketClose: (event) => say("closed", { code: event.code }),
  onDisconnect: () => say("disconnected"),
  debug: (text) => {
    if (text.includes("PING") || text.includes("PONG")) {
      say(text.startsWith(">>>") ? "heartbeat-sent" : "heartbeat-received");
    }
  },
});

function subscribe(id, destination, receipt) {
  const headers = { id };
  if (receipt) {
    headers.receipt = watch(receipt);
  }
  const listener = (message) =>
    say("message", { subscription: id, headers: message.headers, json: JSON.parse(message.body) });
  subscriptions.set(id, client.subscribe(destination, listener, headers));
}

function watch(receipt) {
  client.watchForReceipt(receipt, (frame) => say("receipt", { id: frame.headers["receipt-id"] }));
  return receipt;
}

const orders = {
  activate: () => client.activate(),
  subscribe: ({ id, destination, receipt }) => {
    wanted.set(id, destination);
    subscribe(id, destination, receipt);
  },
  unsubscribe: ({ id, receipt }) => {
    wanted.delete(id);
    subscriptions.get(id).unsubscribe({ receipt: watch(receipt) });
  },
  publish: ({ destination, body, receipt }) =>
    client.publish({ destination, body, headers: { receipt: watch(receipt) } }),
  deactivate: async () => {
    await client.deactivate();
    say("deactivated");
    process.exitCode = 0;
    input.close();
  },
};

const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  const order = JSON.parse(line);
  orders[order.do](order);
});
