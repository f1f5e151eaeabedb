// One event stream from the hub, for several topics, that comes back whatever happens.
//
// A browser's EventSource reconnects by itself with the last id it saw, but gives up for
// good on an answer such as 502, and does not notice that its socket died while a laptop
// slept. So it is watched: the hub beats, and whoever misses the beat opens another, with
// the last number in the address. Where streams are cut or held back on their way, that
// shows in the same watching: after some attempts without any sign of life the state is
// "cut", and attempts become rare.

import { DOUBTFUL, FIRST_WAIT, LONGEST_WAIT, RARELY, SILENT, STEADY, UNPROVEN } from "./patience.js";

const HUB = "/.well-known/mercure";
const LOOK = STEADY / 2; // ms between two looks at the clock

// Attempts that ended without a sign of life before the stream counts as cut: silent ones
// take long, refused ones are over at once and come with every restart of a server.
const SILENT_ATTEMPTS = 2;
const REFUSED_ATTEMPTS = 5;

// The browser's own attempts in a row: the first honours the pause that the server asked
// for, after that our longer waits are kinder.
const OWN_ATTEMPTS = 1;

export class Connection {
  /**
   * @param {{entry: (seq: number, entry: object) => void, beat: (seq: number) => void,
   *          resync: (seq: number) => void, state: (state: "open"|"lost"|"cut") => void}} told
   * @param {string|URL} hub  where it is, when not on the page's own site
   */
  constructor(told, hub = HUB) {
    this.told = told;
    this.hub = new URL(hub, location.href);
    this.topics = [];
    this.seq = 0;
    this.state = "lost";
    this.silent = this.refused = 0;
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
    this.state = this.#cut ? "cut" : "lost";
  }

  /** Someone has come back to a page; `back`: the browser has a network again. */
  poke(back) {
    if (!this.topics.length) return;
    const patience = this.source && !back ? DOUBTFUL : FIRST_WAIT;
    if (Date.now() - (back ? this.tried : this.heard) > patience) this.#connect();
  }

  #drop() {
    clearTimeout(this.timer);
    clearInterval(this.watch);
    this.source?.close();
    this.source = null;
  }

  #connect() {
    this.#drop();
    this.tried = Date.now();
    this.proven = false;
    this.opened = 0;
    this.own = 0;
    this.heard = Date.now();
    const address = new URL(this.hub);
    for (const topic of this.topics) address.searchParams.append("topic", topic);
    address.searchParams.append("lastEventID", this.seq);
    this.source = new EventSource(address);
    this.source.onopen = () => this.#opened();
    this.source.onerror = () => this.#failed();
    for (const kind of ["message", "beat", "resync"]) {
      this.source.addEventListener(kind, (event) => this.#came(kind, event));
    }
    this.watch = setInterval(() => this.#look(), LOOK);
  }

  #opened() {
    this.opened = this.heard = Date.now();
    if (!this.#cut) this.#say("open");
  }

  #came(kind, event) {
    this.heard = Date.now();
    this.proven = true;
    this.own = this.silent = this.refused = 0;
    this.#say("open");
    const said = parsed(event.data);
    const seq = number(event.lastEventId);
    if (seq === null) return;
    // What was asked for may be no number of this wire's: it goes on where the hub says.
    this.seq = kind === "resync" ? seq : Math.max(this.seq, seq);
    if (kind === "resync") this.told.resync(seq);
    else if (kind === "message" && said) this.told.entry(seq, said);
    else this.told.beat(seq);
  }

  #failed() {
    if (!this.proven) this.refused += 1;
    this.opened = 0;
    this.#say(this.#cut ? "cut" : "lost");
    this.own += 1;
    if (this.source.readyState === EventSource.CLOSED || this.own > OWN_ATTEMPTS) {
      this.#later(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(this.refused, 9)));
    } else {
      this.heard = Date.now(); // the browser tries by itself now
      this.proven = false;
    }
  }

  #look() {
    const now = Date.now();
    if (this.opened && now - this.opened > STEADY && this.refused) {
      this.refused = 0;
      if (!this.#cut) this.#say("open");
    }
    if (now - this.heard <= (this.proven ? SILENT : UNPROVEN)) return;
    if (!this.proven) this.silent += 1;
    this.#say(this.#cut ? "cut" : "lost");
    const attempts = this.silent - SILENT_ATTEMPTS;
    this.#later(attempts < 0 ? 0 : Math.min(RARELY, LONGEST_WAIT * 2 ** attempts));
  }

  #later(wait) {
    this.#drop();
    this.heard = Date.now();
    this.timer = setTimeout(() => this.#connect(), wait * (0.5 + Math.random()));
  }

  get #cut() {
    return this.silent >= SILENT_ATTEMPTS || this.refused >= REFUSED_ATTEMPTS;
  }

  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.told.state(state);
  }
}

/** The JSON object, or null: other systems may publish what is none of ours. */
function parsed(text) {
  try {
    const said = JSON.parse(text);
    return typeof said === "object" ? said : null;
  } catch {
    return null;
  }
}

function number(id) {
  return /^\d{1,15}$/.test(id) ? Number(id) : null;
}
