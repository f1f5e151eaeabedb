// The rail's lists of key events and corrections follow what comes in.

import { inShort } from "./page.js";

/** Enters a drawn post in the lists where it belongs. */
export function enter(article, kind) {
  if ("key" in article.dataset) line("key", article, article.querySelector(".post-when time"));
  if (kind === "post.corrected" || kind === "post.retracted") {
    // A retraction stands before the corrections that came earlier.
    const which = kind === "post.retracted" ? ".notice time" : ".notice:last-of-type time";
    line("corrections", article, article.querySelector(which));
  }
}

function line(name, article, time) {
  const section = document.querySelector(`[data-outline="${name}"]`);
  if (!section) return;
  const list = section.querySelector("ol");
  const old = list.querySelector(`[data-outline-post="${article.dataset.post}"]`);
  const item = document.createElement("li");
  item.dataset.outlinePost = article.dataset.post;
  const when = document.createElement("span");
  when.className = "outline-when";
  if (time) when.append(words(time));
  const link = document.createElement("a");
  link.href = `#${article.id}`;
  link.textContent = inShort(article);
  item.append(when, " ", link);
  // On the front page the lists are of all stories, and each line names its own.
  const story = article.closest(".front-story")?.querySelector("h2");
  if (story) item.append(" ", named(story.textContent));
  if (old && name === "key") old.replaceWith(item);
  else {
    if (old) old.remove();
    list.prepend(item);
  }
  section.hidden = false;
}

function named(title) {
  const name = document.createElement("span");
  name.className = "outline-story";
  name.textContent = title;
  return name;
}

function words(time) {
  const copy = document.createElement("time");
  copy.dateTime = time.dateTime;
  const day = time.querySelector(".post-day");
  const clock = time.querySelector(".post-clock");
  const zone = time.querySelector(".post-zone");
  copy.textContent = clock
    ? `${day.dataset.day || day.textContent}, ${clock.textContent} ${zone.textContent}`
    : time.textContent;
  return copy;
}
