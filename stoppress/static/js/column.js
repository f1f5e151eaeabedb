// What this page shows of a story: the latest posts, earlier ones, or none in a column.

/** The story's column, on a story's page. */
export const list = document.querySelector("[data-posts]");

/** Whether the column begins with the latest posts; on `?before=…` it does not. */
export const latest = Boolean(list) && !new URLSearchParams(location.search).has("before");
