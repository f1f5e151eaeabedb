// A page that was asked for, beside the one that is open: what it has that this has not.

import { latest } from "./column.js";
import { keepingPlace } from "./keeping_place.js";
import { shown } from "./page.js";
import { change, offer } from "./taking.js";

/**
 * @param {Document} fresh
 * @param {number} seq  up to where the open page has all
 * @param {Waiting|null} waiting
 */
export function compare(fresh, seq, waiting) {
  const articles = [...fresh.querySelectorAll("main article[data-post]")].map((one) => document.adoptNode(one));
  // More than a page of news: in between are posts that neither has.
  const known = articles.some(({ dataset }) => shown(dataset.post) || waiting?.holds(dataset.post));
  if (latest && waiting && !known && fresh.querySelector("[data-older]")) waiting.gap = true;
  keepingPlace(() => {
    for (const article of articles) {
      const { post } = article.dataset;
      const old = shown(post);
      if (old) change(old, article, kind(old, article));
      else if (Number(article.dataset.seq) > seq || waiting?.holds(post)) offer(article, waiting);
    }
    for (const name of ["data-standing", "data-renewed=outline"]) follow(fresh, name);
  });
}

function kind(old, article) {
  const corrections = (one) => one.querySelectorAll(".notice").length;
  if (article.matches(".post--retracted") && !old.matches(".post--retracted")) return "post.retracted";
  return corrections(article) > corrections(old) ? "post.corrected" : "post.amended";
}

/** Parts of which all there is to know is in the fresh page. */
function follow(fresh, name) {
  const others = [...fresh.querySelectorAll(`[${name}]`)];
  for (const part of document.querySelectorAll(`[${name}]`)) {
    const other = others.find((one) => one.dataset.standing === part.dataset.standing);
    if (!other) continue;
    part.className = other.className;
    part.replaceChildren(...other.childNodes);
  }
}
