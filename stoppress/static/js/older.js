// "Show earlier posts" brings them into this page; without this script it is a plain link.

import { shown } from "./page.js";
import { focus } from "./replacing.js";
import { tick } from "./ticking.js";

/** Makes the link at the end of the column load in place. */
export function loadInPlace(list) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-older]");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!link || !plain) return;
    event.preventDefault();
    load(list, link).catch(() => location.assign(link.href));
  });
}

async function load(list, link) {
  const foot = link.parentElement;
  if (foot.getAttribute("aria-busy") === "true") return;
  foot.setAttribute("aria-busy", "true");
  const response = await fetch(link.href);
  if (!response.ok) throw new Error(`${link.href}: ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const articles = [...page.querySelectorAll("[data-posts] > article")];
  const fresh = articles.filter((article) => !shown(article.dataset.post));
  list.append(...fresh);
  tick();
  const further = page.querySelector("[data-older]");
  if (further) link.href = further.href;
  else foot.remove();
  foot.removeAttribute("aria-busy");
  if (fresh.length) focus(shown(fresh[0].dataset.post));
}
