// The service worker: it hears what is pushed while no page is open.
//
// A message is the JSON of Declarative Web Push; browsers that know that format may show
// it without waking us. A browser must show something for each message (userVisibleOnly),
// so a message that is broken, repeated or late is shown too, but quietly, and never puts
// older words in the place of newer ones.
//
// It runs inside a function. `beside` is true where a site's own worker has imported us
// (/push-worker.js): then we keep to what is ours, and leave all else to that one.

importScripts("/static/js/asking.js", "/static/js/following.js", "/static/js/acting.js");

const { alone, ended, recall: recallFollowing, settle } = self.following;
const { chosen, offered, pressed } = self.acting;

const SHOWN = "stoppress-shown";

// How many posts are remembered as shown: what a long night's alerts amount to.
const KEPT = 200;

const ICONS = { icon: "/static/icons/icon-192.png", badge: "/static/icons/badge-96.png" };

if (!beside) {
  self.addEventListener("install", () => self.skipWaiting());
  self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
}

// One message after the other: two for one post must not read the same memory at once.
let turn = Promise.resolve();

self.addEventListener("push", (event) => {
  const message = read(event.data);
  if (!taken(event, message.data)) return;
  turn = turn.catch(() => {}).then(() => show(message));
  event.waitUntil(turn.finally(tellLate));
});

/** Whether this is for us; the site's own worker then hears no more of it. */
function taken(event, data) {
  if (!beside) return true;
  const { seq, kind } = data || {};
  if (!Number.isInteger(seq) || typeof kind !== "string") return false;
  event.stopImmediatePropagation();
  return true;
}

/** What the server could not be told when the reader ended something is told to it now. */
async function tellLate() {
  if (!(await recallFollowing()).stopped.length) return;
  const subscription = await self.registration.pushManager.getSubscription();
  if (subscription) await alone(() => settle(subscription)).catch(() => {});
}

/** The message as a notification with an address; a generic one when it cannot be read. */
function read(data) {
  const generic = { title: "New update", body: "", navigate: "/", tag: "", actions: [], data: {} };
  try {
    const { notification } = data.json();
    if (!notification || !notification.title) return generic;
    return { ...generic, ...notification, data: notification.data || {} };
  } catch {
    return generic;
  }
}

async function show(message) {
  const last = await recall(message.tag);
  const seq = Number(message.data.seq) || 0;
  const stale = last && seq <= last.seq;
  const shown = stale && seq < last.seq ? last.message : message;
  if (!stale) await remember(message.tag, { seq, message });
  const buttons = await offered(shown.actions || [], shown.data.topic);
  await self.registration.showNotification(shown.title, {
    ...ICONS,
    ...(shown.image ? { image: shown.image } : {}),
    body: shown.body,
    tag: shown.tag,
    lang: shown.lang || "",
    dir: shown.dir || "auto",
    silent: Boolean(stale || shown.silent),
    // A retraction is heard even where it takes the place of what it takes back.
    renotify: !stale && Boolean(shown.tag) && shown.data.kind === "retraction",
    // Without their addresses: a browser that knows these would go there and not wake us.
    actions: buttons.map(({ action, title }) => ({ action, title })),
    data: {
      ...shown.data,
      navigate: shown.navigate,
      choices: Object.fromEntries(buttons.map(({ action, navigate }) => [action, navigate])),
    },
  });
  const { kind, topic } = message.data;
  if (kind === "farewell") await alone(() => ended(topic));
}

/** What was shown last for this tag: `{seq, message}`, or null. */
async function recall(tag) {
  if (!tag) return null;
  try {
    const kept = await (await caches.open(SHOWN)).match(address(tag));
    return kept ? await kept.json() : null;
  } catch {
    return null;
  }
}

async function remember(tag, record) {
  if (!tag) return;
  try {
    const store = await caches.open(SHOWN);
    await store.put(address(tag), new Response(JSON.stringify(record)));
    const kept = await store.keys();
    await Promise.all(kept.slice(0, -KEPT).map((one) => store.delete(one)));
  } catch {
    // A browser that keeps nothing may show a repeated message aloud; better than none.
  }
}

const address = (tag) => `/shown/${encodeURIComponent(tag)}`;

self.addEventListener("notificationclick", (event) => {
  const { action, notification } = event;
  const data = notification.data || {};
  if (!taken(event, data)) return;
  notification.close();
  if (action) event.waitUntil(choose(action, notification.tag, data));
  else event.waitUntil(Promise.all([open(data), pressed(data.broadcast)]));
});

/** Does what the button says, and answers where the notification stood. */
async function choose(action, tag, data) {
  const subscribed = async () => (await self.registration.pushManager.getSubscription()) || subscribedAnew(null);
  const answer = await chosen(action, data, subscribed);
  if (answer) {
    // The site's open pages show it as well.
    const pages = new BroadcastChannel("stoppress-following");
    pages.postMessage(answer.follows);
    pages.close();
    await say(answer, tag);
    return;
  }
  const page = { navigate: (data.choices || {})[action] || "/follow" };
  // A browser lets a worker open a page only a moment after the press.
  await open(page).catch(() => say({ ...page, title: "That did not work", body: "Press here to do it on the page." }, tag));
}

const say = ({ title, body, navigate }, tag) =>
  self.registration.showNotification(title, {
    ...ICONS, body, tag, silent: true, data: { navigate, seq: 0, kind: "answer" },
  });

/** Brings the page to the front that shows this post, or opens it. */
async function open({ navigate }) {
  const url = ours(navigate);
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((one) => one.url.split("#")[0] === url.split("#")[0]);
  return there ? there.focus() : self.clients.openWindow(url);
}

/** The address if it is on this site, else the front page. Without what says that it was
 * pressed: that is counted here. */
function ours(address) {
  try {
    const url = new URL(address, self.location.origin);
    url.searchParams.delete("alert");
    return url.origin === self.location.origin ? url.href : `${self.location.origin}/`;
  } catch {
    return `${self.location.origin}/`;
  }
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(alone(() => move(event))));

/** The browser's delivery address has changed: what was followed goes along. */
async function move({ oldSubscription: old, newSubscription }) {
  const memory = await recallFollowing();
  if (beside && old && old.endpoint !== memory.endpoint) return; // the site's own
  const from = old ? old.endpoint : memory.endpoint;
  if (!from && !memory.follows.length) return; // the reader followed nothing
  const subscription = newSubscription || (await subscribedAnew(old));
  if (subscription) await settle(subscription, { old: from });
}

async function subscribedAnew(old) {
  // The site may have another key by now; out of reach, the old one may do.
  const key = (await siteKey().catch(() => null)) || (old && old.options && old.options.applicationServerKey);
  return key ? self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }) : null;
}

/** The site's key as its pages carry it. */
async function siteKey() {
  const page = await (await fetch("/follow")).text();
  const found = /<meta name="stoppress-push-key" content="([\w-]+)">/.exec(page);
  return found ? found[1] : null;
}
