// A page that is open has each post at once.
//
// The page was made at a sequence number and says so; its stream starts after that number,
// so nothing is lost between the two, and what is on the page already is known by its own
// number. New posts wait behind a button; changes take place where the post stands.

import { announce } from "./announcing.js";
import { loadInPlace } from "./older.js";
import { enter } from "./outline.js";
import { element, fact, inShort, shown } from "./page.js";
import { place } from "./placing.js";
import { renew } from "./renewing.js";
import { focus, replace } from "./replacing.js";
import { retitle } from "./retitling.js";
import { connection, lastUpdated, standing } from "./standing.js";
import { Stream } from "./stream.js";
import { keepTicking, tick } from "./ticking.js";
import { Waiting } from "./waiting.js";

const list = document.querySelector("[data-posts]");
const button = document.querySelector("[data-new-updates]");
const waiting = button ? new Waiting(button, show) : null;

// After a page could not be had, the next try: a server in trouble needs fewer askers.
const TRY_AGAIN = 30_000; // ms

/** @param {{seq: number, kind: string, post?: object, html?: string, story?: object}} entry */
function take(entry) {
  if (entry.kind.startsWith("story.")) {
    standing(entry.story);
    if (entry.kind === "story.amended") retitle(entry.story);
    return;
  }
  const article = element(entry.html);
  const old = shown(entry.post.id);
  if (old) change(old, article, entry.kind);
  else if (waiting && (entry.kind === "post.published" || waiting.holds(entry.post.id))) {
    waiting.hold(article);
    announce(waiting.words);
  }
}

function change(old, article, kind) {
  if (Number(old.dataset.seq) >= Number(article.dataset.seq)) return;
  replace(old, article, kind);
  enter(article, kind);
  lastUpdated(article);
  tick();
  if (kind === "post.corrected") announce(`A post was corrected: ${inShort(article)}`);
  if (kind === "post.retracted") announce("A post was retracted");
}

/** The reader pressed the button. */
async function show(articles) {
  if (!list) await renewed();
  else if (list.dataset.posts !== location.pathname + location.search) location.assign(list.dataset.posts);
  else put(articles);
  const first = document.querySelector("[data-fresh]") || document.querySelector("article[data-post]");
  if (!first) return;
  focus(first);
  first.scrollIntoView({ block: "start", behavior: "instant" });
}

function put(articles) {
  for (const old of document.querySelectorAll("[data-fresh]")) delete old.dataset.fresh;
  for (const article of articles) {
    article.dataset.fresh = "";
    place(list, article);
    enter(article, "post.published");
    lastUpdated(article);
  }
  tick();
}

/** Fetches the page anew: the wire no longer reaches back to it, or its order changes. */
async function renewed() {
  try {
    stream.seq = await renew();
    if (waiting) waiting.clear();
    connection();
    announce("The page was brought up to date");
    return true;
  } catch {
    announce("The page could not be brought up to date. Load it again.");
    return false;
  }
}

async function resync() {
  stream.close();
  if (await renewed()) stream.open();
  else setTimeout(resync, TRY_AGAIN);
}

const stream = new Stream(fact("topic"), Number(fact("seq")), {
  entry: take,
  resync,
  state: connection,
});
if (list) loadInPlace(list);
keepTicking();
stream.open();
