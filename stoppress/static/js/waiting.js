// New posts wait here, off the page, until the reader asks for them.

export class Waiting {
  /**
   * @param {HTMLButtonElement} button
   * @param {(articles: HTMLElement[]) => void} show  puts them on the page
   */
  constructor(button, show) {
    this.button = button;
    this.articles = new Map();
    this.title = document.title;
    button.addEventListener("click", () => show(this.#take()));
  }

  /** Holds a drawn post; a newer drawing of the same post takes the older one's place. */
  hold(article) {
    const held = this.articles.get(article.dataset.post);
    if (held && Number(held.dataset.seq) >= Number(article.dataset.seq)) return;
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

  clear() {
    this.#take();
  }

  #take() {
    const articles = [...this.articles.values()];
    this.articles.clear();
    this.#say();
    return articles;
  }

  #say() {
    this.button.textContent = this.words;
    this.button.hidden = !this.articles.size;
    document.title = this.articles.size ? `(${this.articles.size}) ${this.title}` : this.title;
  }
}
