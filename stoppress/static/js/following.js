// What this browser follows, kept in step with the server, for pages and for the worker.
//
// The reader's word is kept here, in the browser. The server may forget a follower (its
// push service gave the address up, a backup was put back), and is then told again. What
// is remembered shrinks in two cases only: the reader stops, or the server says that a
// story is over. A stop is noted before the server is asked, so that no lost answer and
// no other tab brings back what the reader ended.
//
// A classic script, for not every browser's worker can import modules: whoever runs it,
// after asking.js, finds all of it in `self.following`.

self.following = (() => {
  // Kept where workers can read it too, which localStorage is not. A private window may
  // refuse to keep anything: then the server is asked on each visit, and all works.
  const STORE = "stoppress-following";
  const ENTRY = "/following.json";

  const { Refusal, ask, keyOf, within } = self.asking;

  const EVERYTHING = "*";

  /** Whether a topic brings more than one story: everything, a section, a person. */
  const wide = (topic) => topic === EVERYTHING || /^\/(sections|people)\//.test(topic);

  // Pages and the worker change the memory one after the other. Whoever has their turn
  // asks several times at worst; a press does not wait for all of that.
  const TURN_LIMIT = 20_000; // ms

  /** Runs `act` while no other page and no worker of this site runs one. */
  async function alone(act) {
    if (!navigator.locks) return act();
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), TURN_LIMIT);
    try {
      return await navigator.locks.request(STORE, { signal: waiting.signal }, () => {
        clearTimeout(timer);
        return act();
      });
    } catch (error) {
      throw waiting.signal.aborted ? new Refusal("Another page is at work.", { busy: true }) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  const asked = async (path, body) => (await ask(path, body)).follows;
  const without = (topics, others) => topics.filter((topic) => !others.includes(topic));
  const united = (topics, others) => [...topics, ...without(others, topics)];

  const NOTHING = { endpoint: "", follows: [], stopped: [], narrow: [], muted: [], rest: null };

  /** @returns {Promise<{endpoint: string, follows: string[], stopped: string[], narrow: string[],
   *   muted: string[], rest: object | null}>}  `narrow`: topics of which key events are enough;
   *   `muted`: stories left out of wider follows */
  async function recall() {
    try {
      const kept = await (await caches.open(STORE)).match(ENTRY);
      return kept ? { ...NOTHING, ...(await kept.json()) } : { ...NOTHING };
    } catch {
      return { ...NOTHING };
    }
  }

  async function remember(memory) {
    try {
      if (!memory.follows.length && !memory.stopped.length) await caches.delete(STORE);
      else await (await caches.open(STORE)).put(ENTRY, new Response(JSON.stringify(memory)));
    } catch {
      // A browser that keeps nothing asks the server on each visit.
    }
  }

  /** Follows a topic. @returns {Promise<string[]>} all that is followed  @throws {Refusal} */
  async function start(subscription, topic) {
    const { rest } = await recall();
    const told = await asked("/followers", { subscription, topic, rest });
    const memory = await recall();
    const stopped = without(memory.stopped, [topic]);
    const follows = without(united(memory.follows, told), stopped);
    const muted = without(memory.muted, [topic]);
    await remember({ ...memory, endpoint: subscription.endpoint, follows, stopped, muted });
    return without(told, stopped);
  }

  /** Notes that a topic is to be followed: the server is told on the next visit. */
  async function wish(topic) {
    const memory = await recall();
    const [stopped, muted] = [without(memory.stopped, [topic]), without(memory.muted, [topic])];
    await remember({ ...memory, follows: united(memory.follows, [topic]), stopped, muted });
  }

  /** Of this topic key events alone, or each alert. @throws {Refusal} when nothing changed */
  async function choose(subscription, topic, keyOnly) {
    await ask("/followers/choice", { subscription, topic, key_only: keyOnly });
    const memory = await recall();
    const others = without(memory.narrow, [topic]);
    await remember({ ...memory, narrow: keyOnly ? [...others, topic] : others });
  }

  /** When this browser is not to be told. @throws {Refusal} when nothing changed */
  async function letRest(subscription, rest) {
    await ask("/followers/rest", { subscription, rest });
    await remember({ ...(await recall()), rest });
  }

  /** The story, section or person has ended, and its follow with it: there again, it is not taken up by itself. */
  async function ended(topic) {
    const memory = await recall();
    const [follows, narrow] = [without(memory.follows, [topic]), without(memory.narrow, [topic])];
    await remember({ ...memory, follows, narrow, muted: follows.some(wide) ? memory.muted : [] });
  }

  /**
   * Follows a topic no more, whether the server hears of it now or on the next visit.
   * @param {PushSubscription | null} subscription
   * @returns {Promise<{follows: string[], told: boolean}>}
   */
  async function stop(subscription, topic) {
    const memory = await recall();
    memory.muted = without(memory.follows, [topic]).some(wide) ? memory.muted : [];
    return letGo(memory, subscription, topic, "/followers/unfollow");
  }

  /**
   * No more alerts of a story: followed no more, and muted where more than it is followed.
   * Whether the server hears of it now or on the next visit.
   * @param {PushSubscription | null} subscription
   * @returns {Promise<{follows: string[], told: boolean}>}
   */
  async function mute(subscription, topic) {
    const memory = await recall();
    if (memory.follows.some(wide)) memory.muted = united(memory.muted, [topic]);
    return letGo(memory, subscription, topic, "/followers/mute");
  }

  /** Alerts of this story again. @throws {Refusal} when nothing changed */
  async function unmute(subscription, topic) {
    await ask("/followers/unmute", { subscription, topic });
    const memory = await recall();
    await remember({ ...memory, muted: without(memory.muted, [topic]) });
  }

  async function letGo(memory, subscription, topic, path) {
    memory.follows = without(memory.follows, [topic]);
    memory.narrow = without(memory.narrow, [topic]);
    memory.stopped = united(memory.stopped, [topic]);
    await remember(memory);
    let told = true;
    try {
      const { follows, muted } = subscription ? await ask(path, { subscription, topic }) : memory;
      memory.stopped = without(memory.stopped, subscription ? [topic] : []);
      memory.follows = without(united(memory.follows, follows), memory.stopped);
      memory.muted = muted || memory.muted;
    } catch {
      told = false;
    }
    await remember(memory);
    return { follows: memory.follows, told };
  }

  /**
   * Forgets all that is followed, here and at the server. Noted before the server is asked.
   * @returns {Promise<void>}  @throws {Refusal} when the server is only told on the next visit
   */
  async function erase(subscription) {
    const memory = await recall();
    const stopped = united(memory.stopped, memory.follows);
    await remember({ ...memory, follows: [], muted: [], stopped });
    await ask("/followers/erase", { subscription });
    await remember({ ...NOTHING });
  }

  /**
   * Brings browser and server to one mind, without asking the reader.
   * @param {PushSubscription} subscription
   * @param {{old?: string, renew?: () => Promise<PushSubscription>}} how  `old`: the endpoint
   *   before; `renew`: makes another subscription where this one's address is known to be dead
   * @returns {Promise<string[]>} what is followed, as far as the server could be heard
   */
  async function settle(subscription, { old = "", renew = null } = {}) {
    const memory = await recall();
    const from = old || memory.endpoint;
    let told = [];
    let muted = [];
    try {
      ({ follows: told, muted = [] } = await known(subscription, from));
    } catch (error) {
      return passing(error) ? memory.follows : [];
    }
    // The server forgets an address when its push service says that it is gone. The
    // browser was not told: to follow with it again would be in vain.
    const dead = !told.length && memory.follows.length > 0 && from === subscription.endpoint;
    const at = dead && renew ? await renew() : subscription;
    told = await made(memory, at, told, muted);
    memory.follows = without(united(memory.follows, told), memory.stopped);
    memory.muted = without(united(memory.muted, muted), memory.follows);
    // The old address is the way back to what we may not remember: kept until it is not needed.
    if (told.length) memory.endpoint = at.endpoint;
    await remember(memory);
    return without(told, memory.stopped);
  }

  const passing = (error) => error.away || error.status === 429 || error.status >= 500;

  async function known(subscription, from) {
    if (from && from !== subscription.endpoint) {
      try {
        return await ask("/followers/move", { old: from, subscription });
      } catch (error) {
        if (error.away) throw error;
      }
    }
    return ask("/followers/state", { subscription });
  }

  /** Tells the server what it missed; a topic that fails does not stop the others. */
  async function made(memory, subscription, told, muted) {
    let now = told;
    const wishes = [
      ...memory.stopped.map((topic) => ["/followers/unfollow", "stopped", topic]),
      ...without(memory.follows, told).map((topic) => ["/followers", "follows", topic]),
      ...(memory.follows.some(wide) ? without(memory.muted, muted) : []).map((topic) => ["/followers/mute", "muted", topic]),
    ];
    for (const [path, list, topic] of wishes) {
      try {
        const { narrow, rest } = memory;
        const more = list === "follows" ? { key_only: narrow.includes(topic), rest } : {};
        now = await asked(path, { subscription, topic, ...more });
        if (list === "stopped") memory.stopped = without(memory.stopped, [topic]);
      } catch (error) {
        if (error.over) memory[list] = without(memory[list], [topic]);
        if (error.away) break; // all that is left is kept for the next visit
      }
    }
    return now;
  }

  const acts = { choose, ended, erase, keyOf, letRest, mute, settle, start, stop, unmute, wish };
  return { ...acts, EVERYTHING, Refusal, alone, ask, recall, wide, within };
})();
