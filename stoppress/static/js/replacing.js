// A changed post takes the place of its older drawing.

import { keepingPlace } from "./keeping_place.js";

// A drawing comes with the headings that it has in a story's column.
const COLUMN_LEVEL = 2;

const MARKED = new Set(["post.corrected", "post.retracted"]);

/** Replaces the drawing `old` by `fresh`, marked when the change was a correction. */
export function replace(old, fresh, kind) {
  const heading = old.querySelector("h1, h2, h3");
  if (heading) shift(fresh, Number(heading.tagName[1]) - COLUMN_LEVEL);
  if (MARKED.has(kind)) fresh.dataset.altered = "";
  const focused = old.contains(document.activeElement);
  keepingPlace(old.parentElement, () => old.replaceWith(fresh));
  if (focused) focus(fresh);
}

/** Moves all headings of a drawing up or down, as the page that it stands on has them. */
function shift(article, by) {
  if (!by) return;
  for (const heading of article.querySelectorAll("h2, h3, h4, h5")) {
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
