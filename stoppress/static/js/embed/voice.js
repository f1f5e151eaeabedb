// What those hear who listen to the page: what is so now, and seldom.

// The element is a guest in the page: thirty updates a minute are a few sentences.
const GATHER = 400; // ms
const BETWEEN = 8_000; // ms

export class Voice {
  /** @param {HTMLElement} region  with the role "status" */
  constructor(region) {
    this.region = region;
    this.unsaid = new Map();
    this.spoke = -BETWEEN;
  }

  /** Of one subject only the last words are said, and none with "". */
  say(subject, words) {
    this.unsaid.delete(subject);
    if (words) this.unsaid.set(subject, words);
    clearTimeout(this.timer);
    if (!this.unsaid.size) return;
    const wait = Math.max(GATHER, this.spoke + BETWEEN - performance.now());
    this.timer = setTimeout(() => this.#speak(), wait);
  }

  #speak() {
    this.spoke = performance.now();
    this.region.textContent = [...this.unsaid.values()].join(". ");
    this.unsaid.clear();
  }
}
