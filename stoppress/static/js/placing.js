// Where a post stands: pinned ones first, but where posts of several stories stand together
// (`data-by-date`); then by the date of the news, newest first.

/** Puts a drawn post into the list at its place; false when that is further down than
 *  the list goes, among the posts that a link leads to. */
export function place(list, article) {
  if (!belongs(list, article)) return false;
  for (const words of list.querySelectorAll(":scope > .nothing")) words.remove();
  list.insertBefore(article, follower(list, article) || null);
  return true;
}

/** Whether a post's place is in what the list shows. */
export function belongs(list, article) {
  return Boolean(follower(list, article)) || !document.querySelector("[data-older]");
}

function follower(list, article) {
  const pins = !("byDate" in list.dataset);
  return [...list.querySelectorAll(":scope > article")].find((other) => before(article, other, pins));
}

function before(article, other, pins) {
  const pinned = [article, other].map(({ dataset }) => pins && "pinned" in dataset);
  if (pinned[0] !== pinned[1]) return pinned[0];
  const dates = [Date.parse(article.dataset.published), Date.parse(other.dataset.published)];
  if (dates[0] !== dates[1]) return dates[0] > dates[1];
  return Number(article.dataset.post) > Number(other.dataset.post);
}
