// What is asked of the newsroom's server: the site that this script came from.

const site = new URL(import.meta.url).origin;

const LIMIT = 20_000; // ms

// Without cookies, whatever the page that we are in has with that site.
const how = { credentials: "omit", referrerPolicy: "no-referrer" };

/** An address of the newsroom's. @param {string} path @returns {URL} */
export const at = (path) => new URL(path, site);

/**
 * The story as it is now, or null when there is none.
 * @param {string} slug
 * @returns {Promise<object|null>}
 * @throws when it cannot be had
 */
export async function story(slug) {
  // A slug that cannot be one is not sent: it might lead to another address.
  if (!/^[\w-]+$/.test(slug)) return null;
  const response = await asked(at(`/stories/${slug}/embed.json`), { cache: "no-cache" });
  return response && response.json();
}

let sheets = null;

/** How it looks, for all elements of the page. @returns {Promise<CSSStyleSheet[]>} */
export function dress() {
  sheets ||= Promise.all(["embed", "embed-post", "prose"].map(sheet)).catch((error) => {
    sheets = null;
    throw error;
  });
  return sheets;
}

/** Made by script, so that the page's own policy for styles has nothing to forbid. */
async function sheet(name) {
  const address = new URL(`../../css/${name}.css`, import.meta.url);
  const response = await asked(address);
  if (!response) throw new Error(`${address} is not there`);
  const made = new CSSStyleSheet();
  made.replaceSync(await response.text());
  return made;
}

async function asked(address, more = {}) {
  const response = await fetch(address, { ...how, ...more, signal: AbortSignal.timeout(LIMIT) });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}
