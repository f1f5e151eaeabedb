// One event stream from the newsroom's hub that comes back whatever happens.
//
// A browser's EventSource gives up for good on an answer such as 502, and does not notice
// that its socket died while a laptop slept. So the hub beats, and who misses the beat
// opens another stream after the last number that came.

import { at } from "./asking.js";

// The hub beats every 25 s; two may go missing on a bad line.
const SILENT = 65_000; // ms

// A stream that stood for so long worked, whatever came of it.
const STEADY = 5_000; // ms

// Between attempts, give or take half: a crowd must not fall on a server that just came up.
const FIRST_WAIT = 1_000; // ms
const LONGEST_WAIT = 30_000; // ms

// Attempts in vain after which streams do not seem to pass at all.
const IN_VAIN = 4;

export class Stream {
  /**
   * @param {{entry: (seq: number, entry: object) => void, beat: (seq: number) => void,
   *          resync: (seq: number) => void, state: (state: "open"|"lost"|"cut") => void}} told
   */
  constructor(told) {
    this.told = told;
    this.topics = [];
    this.failures = 0;
  }

  /** Opens, or opens anew, after the entry `seq`. @param {string[]} topics */
  open(topics, seq) {
    this.topics = topics;
    this.seq = seq;
    this.#connect();
  }

  close() {
    this.#drop();
    this.topics = [];
  }

  /** The reader, or the network, is back: whoever was not heard for `patience` is asked
   *  at once. */
  poke(patience) {
    if (this.topics.length && (!this.opened || Date.now() - this.heard > patience)) this.#connect();
  }

  #drop() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
    this.opened = 0;
  }

  #connect() {
    this.#drop();
    const address = at("/.well-known/mercure");
    for (const topic of this.topics) address.searchParams.append("topic", topic);
    address.searchParams.append("lastEventID", this.seq);
    this.source = new EventSource(address);
    this.source.onopen = () => this.#alive();
    this.source.onerror = () => this.#failed();
    for (const kind of ["message", "beat", "resync"]) {
      this.source.addEventListener(kind, (event) => this.#came(kind, event));
    }
    this.#expect();
  }

  #alive() {
    this.opened ||= Date.now();
    this.#expect();
    this.told.state("open");
  }

  #expect() {
    this.heard = Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#again(), SILENT);
  }

  #came(kind, event) {
    this.failures = 0;
    this.#alive();
    if (!/^\d{1,15}$/.test(event.lastEventId)) return;
    const seq = Number(event.lastEventId);
    // What was asked for may be no number of this wire's: it goes on where the hub says.
    this.seq = kind === "resync" ? seq : Math.max(this.seq, seq);
    if (kind === "resync") this.told.resync(seq);
    else if (kind === "message") this.told.entry(this.seq, parsed(event.data));
    else this.told.beat(this.seq);
  }

  #failed() {
    const stood = this.opened && Date.now() - this.opened > STEADY;
    // The browser's own first attempt keeps to the pause that the server asked for.
    if (stood && this.source.readyState === EventSource.CONNECTING) {
      this.opened = 0;
      this.failures = 0;
      this.told.state("lost");
      this.#expect();
    } else this.#again();
  }

  #again() {
    this.#drop();
    this.failures += 1;
    this.told.state(this.failures < IN_VAIN ? "lost" : "cut");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.failures - 1));
    this.timer = setTimeout(() => this.#connect(), wait * (0.5 + Math.random()));
  }
}

/** The entry; an empty one for what is none of ours. */
function parsed(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
