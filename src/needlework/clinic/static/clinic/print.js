/* The button that asks the browser to print; without a script there is none to press, and the PDF stands beside it. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
