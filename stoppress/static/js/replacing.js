// A changed post takes the place of its older drawing.

const MARKED = new Set(["post.corrected", "post.retracted"]);

/**
 * Replaces the drawing `old` by `fresh`, marked when the change was a correction.
 * @param {() => void} put  puts it on the page, and takes the old one off
 */
export function replace(old, fresh, kind, put = () => old.replaceWith(fresh)) {
  shift(fresh, level(old) - level(fresh));
  if (MARKED.has(kind)) fresh.dataset.altered = "";
  const focused = old.contains(document.activeElement);
  put();
  if (focused) focus(fresh);
}

/** A post's first heading is as deep as the page that it stands on wants it. */
function level(article) {
  const heading = article.querySelector("h1, h2, h3");
  return heading ? Number(heading.tagName[1]) : 0;
}

function shift(article, by) {
  if (!by) return;
  for (const heading of article.querySelectorAll("h1, h2, h3, h4, h5")) {
    const other = document.createElement(`h${Number(heading.tagName[1]) + by}`);
    for (const { name, value } of heading.attributes) other.setAttribute(name, value);
    other.append(...heading.childNodes);
    heading.replaceWith(other);
  }
}

/** Focus without moving the page; the article itself is not a stop for the Tab key. */
export function focus(article) {
  article.tabIndex = -1;
  article.focus({ preventScroll: true });
}
