// Pages of ours, fetched by a page.

import { FETCH } from "./patience.js";

/**
 * @param {string} address
 * @returns {Promise<Document>}
 * @throws when it cannot be had
 */
export async function page(address) {
  const response = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(FETCH) });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return parsed(await response.text());
}

export function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}
