// "Show earlier posts" brings them into this page; without this script it is a plain link.

import { page } from "./fetching.js";
import { shown } from "./page.js";
import { focus } from "./replacing.js";
import { tick } from "./ticking.js";

/**
 * Makes the link at the end of the column load in place.
 * @param {HTMLElement} list
 * @param {(load: () => Promise<void>) => Promise<void>} holding  keeps news back meanwhile
 * @param {(ids: string[]) => void} told  which posts have come
 */
export function loadInPlace(list, holding, told) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-older]");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!link || !plain) return;
    event.preventDefault();
    const foot = link.parentElement;
    if (foot.getAttribute("aria-busy") === "true") return;
    foot.setAttribute("aria-busy", "true");
    holding(() => load(list, link, told)).catch(() => location.assign(link.href));
  });
}

async function load(list, link, told) {
  // After the last post shown: the one that the link was made for may have been moved.
  const address = new URL(link.href);
  const last = list.querySelector(":scope > article:last-of-type");
  if (last) address.searchParams.set("before", last.dataset.post);
  const further = await page(address);
  if (!link.isConnected) return; // the page was made anew meanwhile, with another link
  const articles = [...further.querySelectorAll("[data-posts] > article")];
  const fresh = articles.filter((article) => !shown(article.dataset.post));
  list.append(...fresh);
  tick();
  told(fresh.map((article) => article.dataset.post));
  const next = further.querySelector("[data-older]");
  if (next) link.href = next.href;
  else link.parentElement.remove();
  link.parentElement?.removeAttribute("aria-busy");
  if (fresh.length) focus(fresh[0]);
}
