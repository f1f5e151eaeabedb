// One stream, many tabs: each is given what is about its topic and what it does not have.
//
// Tabs come with a topic and the number of the entry that their page was made at. The
// stream is opened for all topics after the lowest of these numbers, and each entry goes
// to the tabs that it is new to. A tab that joins where the stream is already, or further
// on, and whose topic it has, changes nothing; for any other the stream is opened anew,
// and the rest drop what they see again. What a tab has is known as `at`: everything on
// its topic up to that number was put on its line, in order. Nothing is trusted beyond
// that: a tab keeps its own number, and joins again with it whenever it is in doubt.

import { Connection } from "./connection.js";
import { ALIVE, GONE } from "./patience.js";

// Tabs that come together, as when a browser is started, are waited for.
const GATHER = 50; // ms

// The hub takes a hundred topics; long before that, everything is the simpler question.
const TOPICS = 50;
// Every story (posts/addresses.py, STORIES): not `*`, which others publish on as well.
const EVERYTHING = "/stories/{slug}";

export class Switchboard {
  constructor() {
    this.tabs = new Map();
    this.connection = new Connection({
      entry: (seq, entry) => this.#entry(seq, entry),
      beat: (seq) => this.#reached(seq),
      resync: (seq) => this.#resync(seq),
      state: () => this.#alive(),
    });
    this.clock = setInterval(() => this.#tick(), ALIVE);
  }

  /** Takes a tab's line: a MessagePort, or what works like one. */
  enter(line) {
    line.onmessage = ({ data }) => this.#said(line, data);
  }

  close() {
    clearInterval(this.clock);
    clearTimeout(this.soon);
    this.connection.close();
  }

  #said(line, { word, topic, seq, turn, back }) {
    if (word === "join") this.#join(line, topic, seq, turn);
    if (word === "leave") this.#leave(line);
    const tab = this.tabs.get(line);
    if (!tab) return;
    tab.seen = Date.now();
    if (word !== "poke") return;
    this.connection.poke(back);
    this.#tell(line, { word: "alive" });
  }

  #join(line, topic, seq, turn) {
    const { topics } = this.connection;
    const has = topics.includes(topic) || topics.includes(EVERYTHING);
    const served = has && seq >= this.connection.seq;
    this.tabs.set(line, { topic, at: seq, turn, served });
    if (!served) this.#connectSoon();
    this.#tell(line, { word: "alive" });
  }

  #leave(line) {
    this.tabs.delete(line);
    if (!this.tabs.size) this.connection.close();
  }

  #connectSoon() {
    this.soon ||= setTimeout(() => this.#connect(), GATHER);
  }

  #connect() {
    this.soon = 0;
    if (!this.tabs.size) return;
    for (const tab of this.tabs.values()) tab.served = true;
    this.connection.open(this.#topics(), Math.min(...[...this.tabs.values()].map((tab) => tab.at)));
  }

  #topics() {
    const topics = [...new Set([...this.tabs.values()].map((tab) => tab.topic))].sort();
    return topics.length > TOPICS || topics.includes(EVERYTHING) ? [EVERYTHING] : topics;
  }

  #entry(seq, entry) {
    this.#reached(seq, (line, { topic }) => {
      if (about(topic, entry)) this.#tell(line, { word: "entry", entry });
    });
  }

  /** Who had less misses something; who had more has a number that is not on this wire,
   *  as after a backup was put back. */
  #resync(seq) {
    for (const [line, tab] of this.tabs) {
      if (!tab.served || tab.at === seq) continue;
      tab.at = seq;
      this.#tell(line, { word: "resync" });
    }
  }

  /** The stream has brought everything up to `seq`; `news` is called for those who did
   *  not have all that. */
  #reached(seq, news = () => {}) {
    for (const [line, tab] of this.tabs) {
      if (!tab.served || tab.at >= seq) continue;
      tab.at = seq;
      news(line, tab);
    }
  }

  #alive() {
    for (const line of this.tabs.keys()) this.#tell(line, { word: "alive" });
  }

  #tell(line, message) {
    const { at, turn } = this.tabs.get(line);
    line.postMessage({ ...message, seq: at, turn, state: this.connection.state });
  }

  #tick() {
    for (const [line, tab] of this.tabs) {
      if (Date.now() - tab.seen < GONE) continue;
      this.#tell(line, { word: "let go" }); // if it only slept it comes back
      this.#leave(line);
    }
    this.#alive();
    // Topics that nobody reads any more.
    if (this.tabs.size && this.#topics().join() !== this.connection.topics.join()) this.#connectSoon();
  }
}

function about(topic, { topics = [] }) {
  return topic === EVERYTHING || topics.includes(topic);
}
