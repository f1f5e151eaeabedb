// What a press on a notification does: it opens the post, or makes the choice of its button.
//
// A choice is made as on a page (following.js): kept in this browser, told to the server,
// and told again on the next visit when the server cannot be reached now. The answer stands
// where the notification stood, without a sound. A browser without buttons shows none, and
// one that shows the notification by itself opens the page on which the choice is a press.
//
// A classic script for the worker, which finds all of it in `self.acting`.

self.acting = (() => {
  const { alone, mute, recall, start, wide, wish } = self.following;

  // Where what is followed can be seen and changed.
  const MINE = "/follow#mine";

  /** Of the message's buttons those that fit what this reader follows. */
  async function offered(actions, topic) {
    const { follows, muted } = await recall();
    const known = follows.length > 0; // a browser that keeps nothing knows nothing
    const told = follows.includes(topic) || (follows.some(wide) && !muted.includes(topic));
    const fits = { follow: !known || !follows.includes(topic), mute: !known || told };
    return actions.filter(({ action }) => topic && fits[action]);
  }

  /**
   * Makes the choice of a button.
   * @param {string} action
   * @param {{topic: string, story: string}} about
   * @param {() => Promise<PushSubscription | null>} subscribed
   * @returns {Promise<{title: string, body: string, navigate: string, follows: string[]} | null>}
   *   what to tell the reader; null: the choice could not be made here
   */
  async function chosen(action, { topic, story }, subscribed) {
    const make = { follow, mute: end }[action];
    if (!make || !topic) return null;
    try {
      const words = await alone(async () => make(topic, `“${story}”`, await subscribed()));
      return { navigate: MINE, follows: (await recall()).follows, ...words };
    } catch {
      return null;
    }
  }

  async function follow(topic, story, subscription) {
    try {
      await start(subscription, topic);
    } catch (error) {
      if (error.over) return { title: `${story} is closed`, body: "Nothing more will come of it." };
      if (!error.away) throw error;
      await wish(topic);
      return {
        title: `Noted: you follow ${story}`,
        body: "This site could not be told yet. That is done at your next visit.",
      };
    }
    return { title: `You follow ${story}`, body: "Its alerts are told to this browser." };
  }

  async function end(topic, story, subscription) {
    const { follows, told } = await mute(subscription, topic);
    if (subscription && !follows.length) await subscription.unsubscribe();
    if (told || !follows.length) {
      return { title: `No more alerts about ${story}`, body: "Press here to see what this browser follows." };
    }
    return {
      title: `Noted: no more alerts about ${story}`,
      body: "This site could not be told yet. That is done at your next visit; until then one may still come.",
    };
  }

  /** Says that this broadcast's notice was pressed: a number goes up, and nothing of us goes along. */
  async function pressed(broadcast) {
    if (!Number.isSafeInteger(broadcast) || broadcast < 1) return;
    const how = { method: "POST", credentials: "omit", keepalive: true };
    // It is an estimate: what is not heard is not said again.
    await fetch(`/broadcasts/${broadcast}/clicks`, how).catch(() => {});
  }

  return { chosen, offered, pressed };
})();
