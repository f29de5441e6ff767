// The session's page while it charts by itself: what was refused is shown like what was taken, and what did not
// arrive says so. Every form keeps its own key until it is answered, so sending it again charts it once.
function tell(sent) {
  const note = document.querySelector("[data-unsent]");
  if (note) note.hidden = sent;
  if (note && !sent) note.scrollIntoView({ block: "nearest" });
}

function unsent(event) {
  tell(false);
  event.target.closest?.("form[data-tick]")?.reset(); // a tick that did not arrive is no tick
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
document.addEventListener("htmx:sendError", unsent);
document.addEventListener("htmx:timeout", unsent);
document.addEventListener("htmx:responseError", unsent);
document.addEventListener("htmx:afterOnLoad", () => tell(true));
