// One story in one element, until the element goes or is given another story.

import { dress, story } from "./asking.js";
import { Column } from "./column.js";
import { drawn } from "./drawing.js";
import { Frame, make } from "./frame.js";
import { join } from "./hub.js";
import { Voice } from "./voice.js";

// Between attempts to fetch the story, give or take half.
const FIRST_WAIT = 1_000; // ms
const LONGEST_WAIT = 60_000; // ms

// A hiccup that mends itself is nobody's business.
const PATIENCE = 2_500; // ms

const MINUTE = 60_000; // ms

const MISSING = "There is no story at this address.";
const LOST = "Reconnecting";
const OFFLINE = "Offline";

export class Visit {
  /** @param {ShadowRoot} root @param {string} slug */
  constructor(root, slug) {
    this.root = root;
    this.slug = slug;
    this.failures = 0;
    this.doubt = 0;
    this.whole = false;
  }

  /** What the page wrote into the element is shown until the story is there. */
  begin() {
    this.slot = make("slot");
    this.root.replaceChildren(this.slot);
    this.#load((said) => this.#draw(said));
  }

  end() {
    this.ended = true;
    clearTimeout(this.retry);
    clearTimeout(this.doubt);
    clearInterval(this.clock);
    this.leave?.();
  }

  /** Fetches the story, again and again until it can be had. */
  async #load(use) {
    clearTimeout(this.retry);
    const turn = (this.turn = (this.turn || 0) + 1);
    const got = await Promise.all([story(this.slug), dress()]).catch(() => null);
    if (this.ended || turn !== this.turn) return;
    if (!got) {
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures) * (0.5 + Math.random());
      this.failures += 1;
      this.retry = setTimeout(() => this.#load(use), wait);
      return;
    }
    this.failures = 0;
    const [said, sheets] = got;
    this.root.adoptedStyleSheets = sheets;
    if (said) use(said);
    else if (!this.frame) this.slot.textContent = MISSING;
  }

  #draw(said) {
    this.frame = new Frame(said);
    this.column = new Column(this.frame, new Voice(this.frame.status));
    this.column.fill(articles(said), said.more);
    this.root.replaceChildren(this.frame.root);
    this.clock = setInterval(() => document.hidden || this.column.tick(), MINUTE / 2);
    this.leave = join(`/stories/${this.slug}`, said.seq, {
      entry: (entry) => this.#entry(entry),
      resync: () => this.#renew(true),
      state: (state) => this.#state(state),
    });
  }

  #entry({ kind, html, story: told }) {
    if (told && String(kind).startsWith("story.")) this.frame.standing(told);
    const article = typeof html === "string" ? drawn(html) : null;
    if (article) this.column.take(article, kind);
  }

  /** Fetches the story again; `whole`: what it does not have may be out of date. */
  #renew(whole) {
    this.whole ||= whole;
    this.#load((said) => {
      this.frame.standing(said);
      this.column.merge(articles(said), said, { whole: this.whole });
      this.whole = false;
    });
  }

  #state(state) {
    if (state === "open") {
      clearTimeout(this.doubt);
      this.doubt = 0;
      this.frame.trouble("");
    } else {
      this.doubt ||= setTimeout(() => this.frame.trouble(navigator.onLine ? LOST : OFFLINE), PATIENCE);
    }
    // Where no stream passes, each attempt in vain brings the story by another way.
    if (state === "cut") this.#renew(false);
  }
}

const articles = ({ posts }) => posts.map(({ html }) => drawn(html)).filter(Boolean);
