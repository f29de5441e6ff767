// Says that a form is on its way when the answer takes longer than a moment, and keeps a second tap from
// sending it again. The server would keep one of the two anyway.

for (const form of document.querySelectorAll("form[data-busy]")) {
  const buttons = () => form.querySelectorAll("button:not([type=button])");
  form.addEventListener("submit", () => {
    form.querySelector("[data-busy-says]").textContent = form.dataset.busy;
    setTimeout(() => buttons().forEach((button) => (button.disabled = true)));
  });
  // Back from the next page, the form is ready again.
  addEventListener("pageshow", () => {
    form.querySelector("[data-busy-says]").textContent = "";
    buttons().forEach((button) => (button.disabled = false));
  });
}
