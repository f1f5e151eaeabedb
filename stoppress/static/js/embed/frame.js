// What stands around the posts: the story's name and standing, the button, the links.

/** @param {{title: string, url: string, lang: string, newsroom: string}} said */
export class Frame {
  constructor(said) {
    this.word = "";
    this.flag = make("span", { className: "flag" });
    this.title = link(said.url, said.title);
    this.button = make("button", { type: "button", hidden: true });
    this.status = make("p", { className: "unseen" });
    this.status.setAttribute("role", "status");
    this.list = make("div", { className: "posts" });
    this.earlier = link(said.url, "Show earlier posts");
    this.follow = link(`${said.url}#follow-title`, `Follow this story on ${said.newsroom}`);
    this.root = make("section", { lang: said.lang }, [
      make("div", { className: "fresh" }, [this.button]),
      make("header", { className: "head" }, [
        make("p", { className: "kicker" }, [this.flag]),
        make("h2", { className: "title" }, [this.title]),
      ]),
      this.status,
      this.list,
      make("p", { className: "links" }, [this.earlier, this.follow]),
    ]);
    this.standing(said);
  }

  /** Shows what the story is called, and whether it goes on. */
  standing({ title, closed }) {
    this.title.textContent = title;
    this.root.setAttribute("aria-label", title);
    this.closed = closed;
    this.follow.hidden = closed;
    this.#sign();
  }

  /** Says in a word why nothing comes in just now, or with "" that all is well. */
  trouble(word) {
    this.word = word;
    this.#sign();
  }

  #sign() {
    this.flag.textContent = this.word || (this.closed ? "Closed" : "Live");
    this.flag.classList.toggle("flag--live", !this.word && !this.closed);
  }
}

export function make(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const link = (href, words) => make("a", { href, target: "_top", rel: "noopener" }, [words]);
