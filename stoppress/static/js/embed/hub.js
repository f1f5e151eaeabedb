// One stream for all elements of the page: browsers have six connections to a site, and
// the page may have several stories.

import { Connection } from "../connection.js";
import { at } from "./asking.js";

// Elements that come together, as when the page is parsed, are waited for.
const GATHER = 50; // ms

// A page that nobody looks at holds no stream for longer than a look elsewhere takes.
const REST = 30_000; // ms

const members = new Set();
const heard = {
  entry: (seq, entry) => reached(seq, (member) => about(member.topic, entry) && member.told.entry(entry)),
  beat: (seq) => reached(seq, () => {}),
  resync: (seq) => {
    for (const member of served()) {
      member.seq = seq;
      member.told.resync();
    }
  },
  state: (state) => members.forEach(({ told }) => told.state(state)),
};
const stream = new Connection(heard, at("/.well-known/mercure"));
let soon = 0;
let resting = 0;

/**
 * Tells what comes on a topic after the entry `seq`, until what it returns is called.
 * @param {string} topic
 * @param {number} seq
 * @param {{entry: (entry: object) => void, resync: () => void,
 *          state: (state: "open"|"lost"|"cut") => void}} told
 */
export function join(topic, seq, told) {
  const member = { topic, seq, told, served: false };
  members.add(member);
  connectSoon();
  return () => {
    members.delete(member);
    if (!members.size) stream.close();
  };
}

function connectSoon() {
  clearTimeout(soon);
  soon = setTimeout(connect, GATHER);
}

function connect() {
  if (!members.size) return;
  for (const member of members) member.served = true;
  const topics = new Set([...members].map(({ topic }) => topic));
  stream.open([...topics].sort(), Math.min(...[...members].map(({ seq }) => seq)));
}

const served = () => [...members].filter((member) => member.served);

/** The stream has brought everything up to `seq`; `news` is for those who had less. */
function reached(seq, news) {
  for (const member of served()) {
    if (member.seq >= seq) continue;
    member.seq = seq;
    news(member);
  }
}

function about(topic, { post, story }) {
  return topic === post?.story?.url || topic === story?.url;
}

function seen() {
  clearTimeout(resting);
  if (document.hidden) resting = setTimeout(() => stream.close(), REST);
  else if (stream.topics.length) stream.poke(false);
  else connect();
}

document.addEventListener("visibilitychange", seen);
addEventListener("online", () => stream.poke(true));
addEventListener("pagehide", () => stream.close());
addEventListener("pageshow", (event) => event.persisted && connect());
