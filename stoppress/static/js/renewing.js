// The page as the server has it now, put in place of what stands here.

import { keepingPlace } from "./keeping_place.js";
import { tick } from "./ticking.js";

/**
 * Fetches this page anew and replaces its parts marked `data-renewed`.
 * @returns {Promise<number>} the sequence number at which it was made
 * @throws when it cannot be had
 */
export async function renew() {
  const response = await fetch(location.href, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${location.pathname}: ${response.status}`);
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  keepingPlace(document, () => {
    for (const part of document.querySelectorAll("[data-renewed]")) {
      const other = fresh.querySelector(`[data-renewed="${part.dataset.renewed}"]`);
      if (other) part.replaceChildren(...other.childNodes);
    }
  });
  tick();
  return Number(fresh.querySelector('meta[name="stoppress-seq"]').content);
}
