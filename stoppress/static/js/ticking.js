// "5 minutes ago" in the place of the day, while a post is fresh.

import { keepingPlace } from "./keeping_place.js";

const MINUTE = 60_000; // ms
const HOUR = 60 * MINUTE;
const FRESH = 12 * HOUR;

const format = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });

/** Brings the relative times of all posts up to date. */
export function tick() {
  for (const day of document.querySelectorAll(".posts .post-clock ~ .post-day")) {
    day.dataset.day ||= day.textContent;
    const age = Math.max(0, Date.now() - Date.parse(day.closest("time").dateTime));
    const words = age < FRESH ? ago(age) : day.dataset.day;
    if (day.textContent !== words) day.textContent = words;
  }
}

function ago(age) {
  if (age < MINUTE) return format.format(0, "second");
  if (age < HOUR) return format.format(-Math.floor(age / MINUTE), "minute");
  return format.format(-Math.floor(age / HOUR), "hour");
}

/** On paper "5 minutes ago" means nothing. */
function days() {
  for (const day of document.querySelectorAll("[data-day]")) day.textContent = day.dataset.day;
}

function seen() {
  if (!document.hidden) keepingPlace(tick);
}

/** Ticks from now on, only while the page is seen. */
export function keepTicking() {
  tick();
  addEventListener("beforeprint", days);
  addEventListener("afterprint", tick);
  setInterval(seen, MINUTE / 2);
  document.addEventListener("visibilitychange", seen);
}
