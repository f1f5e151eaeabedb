// What the page itself says about itself.

/** The content of a `<meta name="stoppress-…">`, or "". */
export function fact(name) {
  const meta = document.querySelector(`meta[name="stoppress-${name}"]`);
  return meta ? meta.content : "";
}

/** One element from HTML that our own server drew. Nothing in it can run: see the policy. */
export function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** The drawn post with this number, where it stands on the page. */
export function shown(id) {
  return document.querySelector(`article[data-post="${Number(id)}"]`);
}

/** A post in a few words, for lists and for those who listen. */
export function inShort(article) {
  if (article.classList.contains("post--retracted")) return "A retracted post";
  const words = article.querySelector(".post-title, .post-body");
  const text = words ? words.textContent.trim().replace(/\s+/g, " ") : "";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
