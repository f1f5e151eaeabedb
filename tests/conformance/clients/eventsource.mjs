// Reads a stream with npm's `eventsource` and prints each event as a line of JSON.
// node eventsource.mjs ADDRESS TYPE...
import { EventSource } from "eventsource";

const [address, ...types] = process.argv.slice(2);
const source = new EventSource(address);
const tell = (event) =>
  console.log(JSON.stringify({ type: event.type, id: event.lastEventId, data: event.data }));
for (const type of ["message", ...types]) source.addEventListener(type, tell);
source.addEventListener("open", () => console.log(JSON.stringify({ type: "open" })));
