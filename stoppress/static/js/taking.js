// What an entry changes on this page: a new post waits, a changed one takes its place.

import { announce, announceChange } from "./announcing.js";
import { latest, list } from "./column.js";
import { keepingPlace } from "./keeping_place.js";
import { enter } from "./outline.js";
import { element, inShort, shown } from "./page.js";
import { belongs, place } from "./placing.js";
import { replace } from "./replacing.js";
import { retitle } from "./retitling.js";
import { lastUpdated, standing } from "./standing.js";
import { tick } from "./ticking.js";

/**
 * @param {{seq: number, kind: string, post?: object, html?: string, story?: object}} entry
 * @param {Waiting|null} waiting  where new posts wait, if they do on this page
 */
export function take(entry, waiting) {
  if (entry.story && String(entry.kind).startsWith("story.")) standing(entry.story);
  if (entry.story && entry.kind === "story.amended") retitle(entry.story);
  // Other systems may publish by the same hub: what is no post of ours changes nothing.
  if (!entry.post || typeof entry.html !== "string") return;
  const article = element(entry.html);
  keepingPlace(() => {
    const old = shown(entry.post.id);
    const held = old || waiting?.articles.get(String(entry.post.id));
    if (entry.kind === "post.amended" && held && joins(held) && !joins(article)) leave(held, article, waiting);
    else if (old) change(old, article, entry.kind);
    else if (entry.kind === "post.published" || waiting?.holds(entry.post.id) || joins(article)) offer(article, waiting);
    else if (entry.kind === "post.pinned" && latest && place(list, article)) tick();
  });
}

// A page about somebody, with posts of all stories.
const byDate = "byDate" in (list?.dataset ?? {});

/** A page about somebody: whether a post names them. */
function joins(article) {
  const links = byDate ? article.querySelectorAll(".post-people a") : [];
  return [...links].some((link) => link.getAttribute("href") === list.dataset.posts);
}

/** It names them no more, and that was no error: what was corrected stays. */
function leave(old, article, waiting) {
  if (Number(old.dataset.seq) >= Number(article.dataset.seq)) return;
  waiting?.without([article.dataset.post]);
  const focused = old.contains(document.activeElement);
  old.remove();
  if (focused) document.getElementById("main").focus({ preventScroll: true });
}

/** A new post waits for the reader, unless its place is among posts not shown yet. */
export function offer(article, waiting) {
  if (!waiting || (latest && !belongs(list, article))) return;
  waiting.hold(article);
  announce("updates", waiting.words);
}

/** A newer drawing takes the older one's place, and goes where it belongs now. */
export function change(old, article, kind) {
  if (Number(old.dataset.seq) >= Number(article.dataset.seq)) return;
  replace(old, article, kind, () => {
    if (latest && moves(old, article)) {
      old.remove();
      place(list, article);
    } else old.replaceWith(article);
  });
  enter(article, kind);
  lastUpdated(article);
  tick();
  if (kind === "post.corrected") announceChange("corrected", inShort(article));
  if (kind === "post.retracted") announceChange("retracted", "");
}

function moves(old, article) {
  const pins = !("byDate" in list.dataset);
  const place = ({ dataset }) => `${pins && "pinned" in dataset} ${dataset.published}`;
  return place(old) !== place(article);
}

/** Puts posts that waited on the page, and marks them. */
export function put(articles) {
  for (const old of document.querySelectorAll("[data-fresh]")) delete old.dataset.fresh;
  for (const article of articles) {
    article.dataset.fresh = "";
    place(list, article);
    enter(article, "post.published");
    lastUpdated(article);
  }
  tick();
}
