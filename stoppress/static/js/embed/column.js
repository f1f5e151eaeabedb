// The posts of one element: those shown, and those that wait until the reader asks.
//
// Nothing on the other site's page may move while it is read: a new post waits behind the
// button. A changed one takes its place where it stands.

import { inShort } from "../page.js";
import { make } from "./frame.js";
import { tick } from "./ticking.js";

// Posts shown at most: whoever leaves the page open for a day has not a day's posts in it.
const SHOWN = 50;

const MARKED = { "post.corrected": "corrected", "post.retracted": "retracted" };

export class Column {
  /**
   * @param {Frame} frame
   * @param {Voice} voice
   */
  constructor(frame, voice) {
    this.frame = frame;
    this.voice = voice;
    this.waiting = new Map();
    frame.button.addEventListener("click", () => this.#show());
  }

  /** Shows these and nothing else; `more`: the story has earlier ones. */
  fill(articles, more) {
    this.waiting.clear();
    this.frame.list.replaceChildren(...articles);
    if (!articles.length) this.frame.list.append(make("p", { className: "nothing" }, [NOTHING]));
    this.frame.earlier.hidden = !more;
    this.#changed();
  }

  /** What an entry says of a post. */
  take(article, kind) {
    const old = this.#shown(article.dataset.post);
    if (old) this.#replace(old, article, kind);
    else if (kind === "post.published" || kind === "post.pinned" || this.#holds(article)) this.#offer(article);
  }

  /** The latest posts as they were at `seq`; with `whole` that is all that may stand here. */
  merge(articles, { seq, more }, { whole }) {
    const ids = new Set(articles.map(({ dataset }) => dataset.post));
    // More happened than this column shows: what is between is known to nobody.
    if (whole && ![...ids].some((id) => this.#shown(id))) {
      this.fill(articles, more);
      return;
    }
    const stale = ({ dataset }) => !ids.has(dataset.post) && number({ dataset }) <= seq;
    if (whole) {
      for (const old of this.#all()) if (stale(old)) old.remove();
      for (const [id, held] of this.waiting) if (stale(held)) this.waiting.delete(id);
      this.frame.earlier.hidden = !more;
    }
    for (const article of articles) {
      const old = this.#shown(article.dataset.post);
      if (old) this.#replace(old, article, kindOf(old, article));
      else this.#offer(article);
    }
    this.#changed();
  }

  /** Brings relative times up to date. */
  tick() {
    tick(this.frame.list);
  }

  #all() {
    return [...this.frame.list.querySelectorAll(":scope > article")];
  }

  #shown(id) {
    return this.#all().find(({ dataset }) => dataset.post === id);
  }

  #holds(article) {
    return this.waiting.has(article.dataset.post);
  }

  #offer(article) {
    const held = this.waiting.get(article.dataset.post);
    if (held ? number(held) >= number(article) : !this.#belongs(article)) return;
    this.waiting.set(article.dataset.post, article);
    this.#changed();
    this.voice.say("updates", this.#words);
  }

  #replace(old, article, kind) {
    if (number(old) >= number(article)) return;
    const focused = old.contains(old.getRootNode().activeElement);
    if (MARKED[kind]) article.dataset.altered = "";
    if (place(old) === place(article)) old.replaceWith(article);
    else {
      old.remove();
      this.#place(article);
    }
    if (focused) focus(article);
    this.tick();
    if (MARKED[kind]) this.voice.say(kind, `A post was ${MARKED[kind]}: ${inShort(article)}`);
  }

  #show() {
    const articles = [...this.waiting.values()];
    this.waiting.clear();
    for (const old of this.#all()) delete old.dataset.fresh;
    for (const words of this.frame.list.querySelectorAll(":scope > .nothing")) words.remove();
    for (const article of articles) {
      article.dataset.fresh = "";
      this.#place(article);
    }
    for (const old of this.#all().slice(SHOWN)) {
      old.remove();
      this.frame.earlier.hidden = false;
    }
    this.#changed();
    this.voice.say("updates", "");
    const first = this.frame.list.querySelector("[data-fresh]");
    if (!first) return;
    focus(first);
    first.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  #place(article) {
    this.frame.list.insertBefore(article, this.#follower(article) || null);
  }

  /** Its place is among those shown, and not among those that the link leads to. */
  #belongs(article) {
    return this.frame.earlier.hidden || Boolean(this.#follower(article));
  }

  #follower(article) {
    return this.#all().find((other) => before(article, other));
  }

  get #words() {
    const count = this.waiting.size;
    return count ? `${count} new update${count === 1 ? "" : "s"}` : "";
  }

  #changed() {
    this.frame.button.textContent = this.#words;
    this.frame.button.hidden = !this.waiting.size;
    this.tick();
  }
}

const NOTHING = "Nothing has been posted in this story yet.";

const number = ({ dataset }) => Number(dataset.seq);
const place = ({ dataset }) => `${"pinned" in dataset} ${dataset.published}`;

/** Pinned posts first, then by the date of the news, newest first. */
function before(article, other) {
  const pinned = ["pinned" in article.dataset, "pinned" in other.dataset];
  if (pinned[0] !== pinned[1]) return pinned[0];
  const dates = [Date.parse(article.dataset.published), Date.parse(other.dataset.published)];
  if (dates[0] !== dates[1]) return dates[0] > dates[1];
  return Number(article.dataset.post) > Number(other.dataset.post);
}

/** What happened to a post between two drawings of it. */
function kindOf(old, article) {
  const notices = (one) => one.querySelectorAll(".notice").length;
  const gone = (one) => one.classList.contains("post--retracted");
  if (gone(article) && !gone(old)) return "post.retracted";
  return notices(article) > notices(old) ? "post.corrected" : "post.amended";
}

function focus(article) {
  article.tabIndex = -1;
  article.focus({ preventScroll: true });
}
