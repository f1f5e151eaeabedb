// One stream of entries, from a sequence number on, that comes back whatever happens.
//
// A browser's EventSource reconnects by itself with the last id it saw, but gives up for
// good on an answer such as 502, and sleeps through a laptop's sleep without noticing that
// its socket died. Here it is opened anew with the last number in the address.

const HUB = "/.well-known/mercure";

// Waits between our own attempts: so that a crowd does not fall on a server that just
// came up, and a reader does not wait for minutes after it did.
const FIRST_WAIT = 1_000; // ms
const LONGEST_WAIT = 30_000; // ms

// A page that was out of sight for longer may hold a dead socket.
const LONG_HIDDEN = 60_000; // ms

export class Stream {
  /**
   * @param {string} topic
   * @param {number} seq  the last entry that the page has
   * @param {{entry: (entry: object) => void, resync: () => void,
   *          state: (state: "open"|"lost"|"offline") => void}} told
   */
  constructor(topic, seq, told) {
    this.topic = topic;
    this.seq = seq;
    this.told = told;
    this.failures = 0;
    this.hiddenSince = 0;
    addEventListener("online", () => this.open());
    addEventListener("offline", () => told.state("offline"));
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => event.persisted && this.open());
    document.addEventListener("visibilitychange", () => this.#seen());
  }

  open() {
    this.close();
    const query = new URLSearchParams({ topic: this.topic, lastEventID: this.seq });
    this.source = new EventSource(`${HUB}?${query}`);
    this.source.onopen = () => this.#opened();
    this.source.onmessage = (event) => this.#came(event);
    this.source.addEventListener("resync", () => this.told.resync());
    this.source.onerror = () => this.#failed();
  }

  close() {
    clearTimeout(this.timer);
    if (this.source) this.source.close();
  }

  #opened() {
    this.failures = 0;
    this.told.state("open");
  }

  #came(event) {
    const entry = JSON.parse(event.data);
    this.seq = Math.max(this.seq, Number(event.lastEventId) || entry.seq);
    this.told.entry(entry);
  }

  #failed() {
    this.told.state(navigator.onLine ? "lost" : "offline");
    if (this.source.readyState !== EventSource.CLOSED) return;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
    this.failures += 1;
    this.timer = setTimeout(() => this.open(), wait * (0.5 + Math.random()));
  }

  #seen() {
    if (document.hidden) {
      this.hiddenSince = Date.now();
      return;
    }
    const dead = this.source && this.source.readyState === EventSource.CLOSED;
    if (dead || Date.now() - this.hiddenSince > LONG_HIDDEN) this.open();
  }
}
