// Some browsers show a notice by themselves, and our worker hears nothing of the press: the
// address that they open says so (`?alert=`, a broadcast's number). That is counted once,
// without a word of who we are, and the address becomes the page's own again.

const PARAMETER = "alert";

const here = new URL(location.href);
const broadcast = here.searchParams.get(PARAMETER);

if (broadcast !== null) {
  here.searchParams.delete(PARAMETER);
  history.replaceState(history.state, "", here);
  if (/^[1-9][0-9]{0,17}$/.test(broadcast)) {
    const how = { method: "POST", credentials: "omit", keepalive: true };
    fetch(`/broadcasts/${broadcast}/clicks`, how).catch(() => {});
  }
}
