// How long the parts of a live page wait for one another, in milliseconds.

// The server beats every 25 s. Two beats may go missing on a bad line before a stream
// counts as dead; a new stream, from which nothing has come yet, must show its first.
export const SILENT = 65_000;
export const UNPROVEN = 40_000;

// A stream that stays open for so long works, whatever came before.
export const STEADY = 5_000;

// Someone comes back to a page: a stream that has said nothing for longer than a beat
// takes is not trusted any more.
export const DOUBTFUL = 35_000;

// Waits between attempts: so that a crowd does not fall on a server that just came up, and
// a reader does not wait for minutes after it did. Where streams do not pass at all, an
// attempt now and then is enough.
export const FIRST_WAIT = 1_000;
export const LONGEST_WAIT = 30_000;
export const RARELY = 300_000;

// Whoever holds the stream says so at this pace; a tab that hears nothing for three times
// as long, or gets no answer, looks for another.
export const ALIVE = 20_000;
export const ANSWER = 10_000;

// A tab that has not answered for so long was closed without a word.
export const GONE = 300_000;

// Without a stream the page asks for itself at this pace, give or take a quarter.
export const POLL = 25_000;

// A page that could not be had: a server in trouble needs fewer askers.
export const TRY_AGAIN = 30_000;
export const FETCH = 20_000;
