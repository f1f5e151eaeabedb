// "5 minutes ago" in the place of the day, while a post is fresh.

const MINUTE = 60_000; // ms
const HOUR = 60 * MINUTE;
const FRESH = 12 * HOUR;

/** Brings the relative times in a list of posts up to date. */
export function tick(list) {
  const lang = list.closest("[lang]")?.lang || "en";
  for (const day of list.querySelectorAll(".post-clock ~ .post-day")) {
    day.dataset.day ||= day.textContent;
    const age = Math.max(0, Date.now() - Date.parse(day.closest("time").dateTime));
    const words = age < FRESH ? ago(age, lang) : day.dataset.day;
    if (day.textContent !== words) day.textContent = words;
  }
}

function ago(age, lang) {
  const format = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  if (age < MINUTE) return format.format(0, "second");
  if (age < HOUR) return format.format(-Math.floor(age / MINUTE), "minute");
  return format.format(-Math.floor(age / HOUR), "hour");
}
