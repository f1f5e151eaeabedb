// Where streams do not pass, the page asks for itself now and then.
//
// Nothing of this moves the page's place on the wire: when the stream passes again it
// tells everything from there on, and what is here already is known by its number.

import { parsed } from "./fetching.js";
import { FETCH, POLL } from "./patience.js";

export class Polling {
  /**
   * @param {{page: (fresh: Document) => void, state: (works: boolean) => void}} told
   */
  constructor(told) {
    this.told = told;
    this.on = false;
    this.etag = "";
  }

  start() {
    if (this.on) return;
    this.on = true;
    // The first question after any part of the time: all readers may have begun at once.
    this.timer = setTimeout(() => this.#round(), POLL * Math.random());
  }

  stop() {
    this.on = false;
    clearTimeout(this.timer);
  }

  async #round() {
    let works = true;
    try {
      await this.#ask();
    } catch {
      works = false;
    }
    if (!this.on) return;
    this.told.state(works);
    this.timer = setTimeout(() => this.#round(), POLL * (0.75 + Math.random() / 2));
  }

  async #ask() {
    const headers = this.etag ? { "If-None-Match": this.etag } : {};
    const response = await fetch(location.href, { headers, cache: "no-store", signal: AbortSignal.timeout(FETCH) });
    if (response.status === 304) return;
    if (!response.ok) throw new Error(`${location.pathname}: ${response.status}`);
    const fresh = parsed(await response.text());
    if (!this.on) return;
    this.told.page(fresh);
    this.etag = response.headers.get("ETag") || "";
  }
}
