// A page that is open has each post at once.
//
// The page was made at a sequence number and says so; its stream starts after that number,
// so nothing is lost between the two, and what is on the page already is known by its own
// number. New posts wait behind a button; changes take place where the post stands. While
// something is fetched, what comes is kept back: it may be newer than what was fetched.

import { announce } from "./announcing.js";
import { latest, list } from "./column.js";
import { compare } from "./comparing.js";
import { loadInPlace } from "./older.js";
import { fact, shown } from "./page.js";
import { TRY_AGAIN } from "./patience.js";
import { Polling } from "./polling.js";
import { renew } from "./renewing.js";
import { focus } from "./replacing.js";
import { connection, connectionAgain, trouble } from "./standing.js";
import { Stream } from "./stream.js";
import { put, take } from "./taking.js";
import { keepTicking } from "./ticking.js";
import { Waiting } from "./waiting.js";

const button = document.querySelector("[data-new-updates]");
const waiting = button ? new Waiting(button, show) : null;

/** The reader pressed the button. */
async function show() {
  if (list && !latest) location.assign(list.dataset.posts);
  else if (list && !waiting.gap) put(waiting.take());
  else if (!(await renewed("The new posts could not be fetched. Try again."))) return;
  announce("updates", waiting.words);
  const first = document.querySelector("[data-fresh]") || document.querySelector("article[data-post]");
  if (!first) return;
  focus(first);
  first.scrollIntoView({ block: "start", behavior: "instant" });
}

/** Fetches the page anew. @returns {Promise<boolean>} whether it could be had */
async function renewed(otherwise) {
  try {
    await stream.holding(async () => {
      const seq = await renew();
      for (const { dataset } of waiting?.upTo(seq) || []) {
        if (shown(dataset.post)) shown(dataset.post).dataset.fresh = "";
      }
      if (waiting) waiting.gap = false;
      return seq;
    });
  } catch {
    trouble(otherwise);
    announce("page", otherwise);
    return false;
  }
  connectionAgain();
  trouble("");
  return true;
}

let renewedAt = -TRY_AGAIN;
let retry = 0;

/** The wire no longer reaches back to this page. */
async function resync() {
  clearTimeout(retry);
  const wait = renewedAt + TRY_AGAIN - performance.now();
  if (wait > 0) {
    retry = setTimeout(resync, wait);
    return;
  }
  renewedAt = performance.now();
  if (await renewed("This page could not be brought up to date. Load it again.")) {
    announce("page", "The page was brought up to date");
    announce("updates", waiting ? waiting.words : "");
  } else retry = setTimeout(resync, TRY_AGAIN);
}

const polling = new Polling({
  page: (fresh) => compare(fresh, stream.seq, waiting),
  state: (works) => connection(works ? "polling" : "lost"),
});

function state(said) {
  if (said === "open") polling.stop();
  if (said === "cut") polling.start();
  else connection(said);
}

const stream = new Stream(fact("topic"), Number(fact("seq")), {
  entry: (entry) => take(entry, waiting),
  resync,
  state,
});
if (list) {
  loadInPlace(
    list,
    (load) => stream.holding(load),
    (ids) => waiting?.without(ids),
  );
}
keepTicking();
stream.open();
