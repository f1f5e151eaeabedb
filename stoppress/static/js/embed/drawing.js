// A post that the server drew becomes an element of a page that is not ours.
//
// The server has cleaned what editors wrote, and our own pages have a policy behind that.
// Here a flaw would run as the other site; so once more, only what a post is made of gets
// through.

import { at } from "./asking.js";

// tests/pages/test_embedding.py holds these against the templates and the sanitiser.
const TAGS = new Set(
  (
    "article div p span a time h2 h3 h4 h5 dl dt dd figure figcaption img " +
    "br hr blockquote pre code ul ol li em strong s sub sup abbr cite q " +
    "table thead tbody tr th td"
  ).split(" "),
);
const ATTRIBUTES = /^(id|class|href|src|alt|width|height|loading|decoding|datetime|title|start|scope|(data|aria)-[a-z-]+)$/;
const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** @param {string} html @returns {HTMLElement|null} null when it is no post of ours */
export function drawn(html) {
  // In a document of its own nothing runs and nothing is fetched.
  const article = new DOMParser().parseFromString(trusted(html), "text/html").querySelector("article[data-post]");
  if (!article) return null;
  for (const one of article.querySelectorAll("*")) if (!TAGS.has(one.localName)) one.remove();
  for (const one of [article, ...article.querySelectorAll("*")]) adapt(one);
  return document.adoptNode(article);
}

function adapt(one) {
  for (const { name, value } of [...one.attributes]) {
    if (!ATTRIBUTES.test(name)) one.removeAttribute(name);
    else if (name === "href" || name === "src") lead(one, name, value);
  }
  if (one.localName === "a") {
    one.target = "_top";
    one.rel = "noopener";
  }
  // Beneath the element's own title.
  const level = /^h([2-5])$/.exec(one.localName);
  if (level) one.setAttribute("aria-level", Number(level[1]) + 1);
}

/** Our addresses are of another site here. */
function lead(one, name, value) {
  const address = URL.canParse(value, at("/")) ? new URL(value, at("/")) : null;
  if (address && SCHEMES.has(address.protocol)) one.setAttribute(name, address);
  else one.removeAttribute(name);
}

let policy = null;

/** Where the page demands it (Trusted Types), HTML goes in under a policy that has a name. */
function trusted(html) {
  if (!globalThis.trustedTypes) return html;
  policy ||= trustedTypes.createPolicy("stop-press", { createHTML: (text) => text });
  return policy.createHTML(html);
}
