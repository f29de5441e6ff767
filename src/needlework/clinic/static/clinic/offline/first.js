// The first script of a session's page, there before anything can be tapped. A tap that comes before chart.js is ready is
// held, which its form shows, and handed over; where chart.js does not come, nothing looks charted that is not.
(() => {
  const held = new Set();

  function tapped(event) {
    const form = event.type === "submit" ? event.target : event.target.closest("form[data-tick]");
    if (!form?.closest("#chart") || !form.elements.kind) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.add(form);
    form.dataset.keeping = "1";
    if (event.type === "submit") form.inert = true;
    else event.target.checked = true; // a second tap takes nothing back
  }

  function listen(how) {
    for (const kind of ["submit", "change"]) document[`${how}EventListener`](kind, tapped, true);
  }

  function letGo() {
    listen("remove");
    const forms = [...held];
    held.clear();
    for (const form of forms) delete Object.assign(form, { inert: false }).dataset.keeping;
    return forms;
  }

  // By itself each form is sent as without a script; a tick has no button then, so it is sent as it is ticked.
  function alone() {
    for (const form of letGo()) {
      const note = Object.assign(document.createElement("p"), { className: "errors", textContent: document.querySelector("#kept").dataset.unready });
      note.setAttribute("role", "alert");
      form.prepend(note);
      form.querySelectorAll("[type=checkbox]").forEach((box) => (box.checked = false));
    }
    document.addEventListener("change", (event) => event.target.closest("form[data-tick]")?.requestSubmit());
  }

  listen("add");
  document.addEventListener("chart-ready", (event) => letGo().forEach((form) => event.detail(form)), { once: true });
  document.addEventListener("chart-alone", alone, { once: true });
  addEventListener("error", (event) => event.target.src?.includes("offline/chart") && document.dispatchEvent(new Event("chart-alone")), true);
})();
