// Where there is no shared worker: one tab holds the stream for all.
//
// The tabs queue for a lock; whoever has it leads, and when that tab goes the next in the
// queue does. They speak over a broadcast channel. A new leader knows nothing: it says
// that it leads, and every tab joins with its own number. One that is asleep with the lock
// in its hand is robbed of it.

import { Switchboard } from "./switchboard.js";

// The scripts' own address is in the name: tabs of two releases never share.
const NAME = `stoppress ${import.meta.url}`;
const LEADER = "leader";
const EVERYONE = "everyone";

/** A line to the tab that leads, which may be this one. @param {(word: object) => void} hear */
export function leading(hear) {
  const tab = crypto.randomUUID();
  const channel = new BroadcastChannel(NAME);
  const queue = new Queue();
  channel.onmessage = ({ data }) => {
    if (data.to === tab || data.to === EVERYONE) hear(data);
  };
  queue.stand();
  return {
    post: (word) => channel.postMessage({ ...word, from: tab, to: LEADER }),
    rescue: () => queue.rob(),
    close: () => {
      queue.leave();
      channel.close();
    },
  };
}

class Queue {
  async stand() {
    this.standing = new AbortController();
    await this.#lead({ signal: this.standing.signal });
  }

  /** Takes the lock from a leader that does not answer. */
  async rob() {
    if (this.office) return;
    this.standing.abort();
    await this.#lead({ steal: true });
  }

  leave() {
    this.left = true;
    this.standing.abort();
    this.office?.close();
    this.release?.();
  }

  async #lead(how) {
    let office = null;
    try {
      await navigator.locks.request(NAME, how, () => {
        if (this.left) return null;
        office = this.office = new Office();
        return new Promise((done) => {
          this.release = done;
        });
      });
    } catch (error) {
      if (error.name !== "AbortError") throw error;
      if (!office || this.left) return;
      // Robbed: another leads now, and this tab is the last in the queue.
      office.close();
      this.office = null;
      await this.stand();
    }
  }
}

/** The leader's desk: every tab that writes has a line to the switchboard. */
class Office {
  constructor() {
    this.board = new Switchboard();
    this.lines = new Map();
    this.channel = new BroadcastChannel(NAME);
    this.channel.onmessage = ({ data }) => {
      if (data.to === LEADER) this.#line(data.from).onmessage({ data });
    };
    this.channel.postMessage({ to: EVERYONE, word: "led" });
  }

  close() {
    this.channel.close();
    this.board.close();
  }

  #line(tab) {
    const known = this.lines.get(tab);
    if (known) return known;
    const line = { postMessage: (word) => this.channel.postMessage({ ...word, to: tab }) };
    this.lines.set(tab, line);
    this.board.enter(line);
    return line;
  }
}
