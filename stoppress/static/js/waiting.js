// New posts wait here, off the page, until the reader asks for them.

export class Waiting {
  /**
   * @param {HTMLButtonElement} button
   * @param {() => Promise<void>} show  puts them on the page
   */
  constructor(button, show) {
    this.button = button;
    this.articles = new Map();
    this.title = document.title;
    button.addEventListener("click", () => this.#pressed(show));
  }

  /** Holds a drawn post; a newer drawing of the same post takes the older one's place. */
  hold(article) {
    const held = this.articles.get(article.dataset.post);
    if (held && number(held) >= number(article)) return;
    this.articles.set(article.dataset.post, article);
    this.#say();
  }

  holds(id) {
    return this.articles.has(String(id));
  }

  /** "1 new update", "3 new updates", or "" when nothing waits. */
  get words() {
    const count = this.articles.size;
    return count ? `${count} new update${count === 1 ? "" : "s"}` : "";
  }

  /** Gives all out. @returns {HTMLElement[]} */
  take() {
    return this.upTo(Infinity);
  }

  /** Gives out what a page that was made at `seq` has; what came later goes on waiting. */
  upTo(seq) {
    const taken = [...this.articles.values()].filter((article) => number(article) <= seq);
    for (const article of taken) this.articles.delete(article.dataset.post);
    this.#say();
    return taken;
  }

  /** Forgets posts that have come onto the page by another way. */
  without(ids) {
    for (const id of ids) this.articles.delete(String(id));
    this.#say();
  }

  async #pressed(show) {
    if (this.button.getAttribute("aria-busy") === "true") return;
    this.button.setAttribute("aria-busy", "true");
    await show();
    this.button.removeAttribute("aria-busy");
  }

  #say() {
    this.button.textContent = this.words;
    this.button.hidden = !this.articles.size;
    document.title = this.articles.size ? `(${this.articles.size}) ${this.title}` : this.title;
  }
}

const number = (article) => Number(article.dataset.seq);
