// The page's place on the wire, and the line by which it goes on from there.
//
// Only this page knows what it has. It joins with that number, drops what it has, and
// joins again, with the number as it is then, whenever the other end may have lost it: a
// new leader, a worker that does not answer, a page that the browser had put aside. Each
// joining has a `turn`, and what was said in an earlier one does not count.

import { WAYS } from "./lines.js";
import { ALIVE, ANSWER } from "./patience.js";

export class Stream {
  /**
   * @param {string} topic
   * @param {number} seq  the last entry that the page has
   * @param {{entry: (entry: object) => void, resync: () => void,
   *          state: (state: "open"|"lost"|"cut"|"offline") => void}} told
   */
  constructor(topic, seq, told) {
    this.topic = topic;
    this.seq = seq;
    this.told = told;
    this.turn = 0;
    this.ways = WAYS.filter((way) => way.there());
    this.held = null;
    addEventListener("offline", () => told.state("offline"));
    addEventListener("online", () => this.#poke({ back: true }));
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => event.persisted && this.open());
    document.addEventListener("visibilitychange", () => document.hidden || this.#poke());
  }

  open() {
    this.close();
    const [way] = this.ways;
    const failed = () => this.#failed(way);
    try {
      this.line = way.open((said) => this.#hear(said), failed);
      this.#join();
    } catch {
      failed();
    }
  }

  close() {
    clearTimeout(this.timer);
    if (!this.line) return;
    this.line.post({ word: "leave" });
    this.line.close();
    this.line = null;
  }

  /** Keeps back what comes while `work` is done: it may concern what is being fetched.
   *  The number that `work` comes to, if any, is where the page is then. */
  async holding(work) {
    this.held ||= [];
    this.holders = (this.holders || 0) + 1;
    try {
      const seq = await work();
      if (Number.isInteger(seq)) this.#moved(seq);
    } finally {
      this.holders -= 1;
      if (!this.holders) this.#release();
    }
  }

  #moved(seq) {
    // An answer from a cache may be older than what was here: then it is all told again.
    const older = seq < this.seq;
    this.seq = seq;
    if (older) this.#join();
  }

  #release() {
    const held = this.held;
    this.held = null;
    for (const said of held) {
      try {
        this.#take(said);
      } catch (error) {
        reportError(error); // the others are taken all the same
      }
    }
  }

  #join() {
    if (!this.line) return;
    this.turn += 1;
    this.line.post({ word: "join", topic: this.topic, seq: this.seq, turn: this.turn });
    this.#expect(ANSWER);
  }

  #poke(how = {}) {
    if (!this.line) return;
    this.line.post({ word: "poke", ...how });
    if (this.state) this.#state(this.state);
    this.#expect(ANSWER);
  }

  /** Nobody at the other end, after `wait`: another try, and then another way. */
  #expect(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#unanswered(), wait * (1 + Math.random() / 2));
  }

  #unanswered() {
    if (this.line.hides && document.hidden) return;
    if (this.line.rescue && !this.rescued) {
      this.rescued = true;
      this.line.rescue();
      this.#expect(ANSWER);
    } else if (this.answered) {
      this.answered = false;
      this.open();
    } else this.#failed(this.ways[0]);
  }

  #failed(way) {
    if (way !== this.ways[0]) return;
    if (this.ways.length > 1) this.ways.shift();
    this.open();
  }

  #hear(said) {
    if (said.word === "led") {
      this.#join();
      return;
    }
    if (said.turn !== this.turn) return;
    this.answered = true;
    this.rescued = false;
    this.#expect(3 * ALIVE);
    if (said.word === "let go") this.#join();
    else if (this.held) this.held.push(said);
    else this.#take(said);
    if (said.word === "alive" && this.line) this.line.post({ word: "here" });
    this.#state(said.state);
  }

  #take({ word, seq, entry, turn }) {
    if (turn !== this.turn) return;
    if (word === "resync" ? seq === this.seq : seq <= this.seq) return;
    this.seq = seq;
    if (word === "entry") this.told.entry(entry);
    if (word === "resync") this.told.resync();
  }

  #state(state) {
    this.state = state;
    this.told.state(navigator.onLine ? state : "offline");
  }
}
