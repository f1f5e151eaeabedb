// The page as the server has it now, put in place of what stands here.

import { page } from "./fetching.js";
import { keepingPlace, postRead } from "./keeping_place.js";
import { tick } from "./ticking.js";

// Pages of earlier posts that are fetched along, so that whoever reads among those stays
// there. Stops a reader at the foot of a long story from asking for all of it.
const PAGES = 10;

/**
 * Fetches this page anew and replaces its parts marked `data-renewed`. A story's column
 * goes as far as the post that is being read, without a hole.
 * @returns {Promise<number>} the sequence number at which it was made
 * @throws when it cannot be had
 */
export async function renew() {
  const fresh = await page(location.href);
  await goOnTo(postRead(), fresh);
  keepingPlace(() => {
    for (const part of document.querySelectorAll("[data-renewed]")) {
      const other = fresh.querySelector(`[data-renewed="${part.dataset.renewed}"]`);
      if (other) part.replaceChildren(...other.childNodes);
    }
    tick();
  });
  return Number(fresh.querySelector('meta[name="stoppress-seq"]').content);
}

async function goOnTo(post, fresh) {
  const list = fresh.querySelector("[data-posts]");
  if (!list || !post) return;
  const has = (id) => list.querySelector(`article[data-post="${id}"]`);
  for (let pages = 0; pages < PAGES && !has(post); pages += 1) {
    const link = fresh.querySelector("[data-older]");
    if (!link) return;
    const further = await page(link.getAttribute("href"));
    const articles = further.querySelectorAll("[data-posts] > article");
    list.append(...[...articles].filter((article) => !has(article.dataset.post)));
    const foot = further.querySelector('[data-renewed="older"]');
    fresh.querySelector('[data-renewed="older"]').replaceChildren(...foot.childNodes);
  }
}
