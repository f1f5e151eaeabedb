// Reads a stream with npm's `eventsource-parser` and prints each event as a line of JSON.
// node parser.mjs ADDRESS
import { createParser } from "eventsource-parser";

const answer = await fetch(process.argv[2]);
console.log(JSON.stringify({ type: "open" }));
const parser = createParser({
  onEvent: ({ event = "message", id, data }) =>
    console.log(JSON.stringify({ type: event, id, data })),
});
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
for await (const piece of answer.body) parser.feed(decoder.decode(piece, { stream: true }));
