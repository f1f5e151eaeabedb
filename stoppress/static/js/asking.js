// Asking our own server about following, for pages and for the worker: within a time, and
// believing only our own answers.
//
// A classic script, as following.js is: whoever runs it finds all of it in `self.asking`.

self.asking = (() => {
  // A server that takes longer to answer is not there for the reader who pressed.
  const ANSWER_LIMIT = 15_000; // ms

  /** Why nothing came of it. `over`: this topic can never be followed again. `away`: the
   * server was not heard at all; `late`: not within `seconds`. */
  class Refusal extends Error {
    constructor(words, facts = {}) {
      super(words);
      this.name = "Refusal";
      Object.assign(this, { over: false, away: false, late: false, busy: false, status: 0 }, facts);
    }
  }

  /** What `promise` gives, or the error that `late` makes after so many milliseconds. */
  function within(limit, promise, late) {
    let timer = 0;
    const never = new Promise((_, reject) => {
      timer = setTimeout(() => reject(late()), limit);
    });
    return Promise.race([promise, never]).finally(() => clearTimeout(timer));
  }

  /**
   * Puts a question to our own server. No cookie goes along: the subscription is who we are.
   * @returns {Promise<object>} its answer  @throws {Refusal}
   */
  async function ask(path, body) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), ANSWER_LIMIT);
    try {
      const response = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        credentials: "omit",
        body: JSON.stringify({ ...body, subscription: described(body.subscription) }),
        signal: patience.signal,
      });
      return heard(response, await response.text());
    } catch (error) {
      if (error instanceof Refusal) throw error;
      const late = patience.signal.aborted;
      throw new Refusal(late ? "No answer in time." : "Not reached.", { away: true, late, seconds: ANSWER_LIMIT / 1000 });
    } finally {
      clearTimeout(timer);
    }
  }

  /** The subscription as the server wants it: with the key that it was made under. */
  const described = (subscription) =>
    subscription && { ...subscription.toJSON(), applicationServerKey: keyOf(subscription) };

  /** The site's key that this subscription was made under, base64url; undefined where the
   * browser does not say. */
  function keyOf({ options }) {
    const key = options && options.applicationServerKey;
    if (!key) return undefined;
    const text = btoa(String.fromCharCode(...new Uint8Array(key)));
    return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  /** Only our own JSON counts: a hotel's sign-in page is an answer as well. */
  function heard(response, text) {
    let answer = {};
    try {
      answer = JSON.parse(text) || {};
    } catch {
      // Not ours: said by the status below.
    }
    if (response.ok && Array.isArray(answer.follows)) return answer;
    const words = answer.error || `This site could not do that (${response.status}). Try again later.`;
    throw new Refusal(words, { over: answer.over === true, status: response.status });
  }

  return { Refusal, ask, keyOf, within };
})();
