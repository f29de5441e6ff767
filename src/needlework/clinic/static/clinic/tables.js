// A table on a phone: its rows one below the other, each value beside the words of its column (stages.css).
// Without a script it is scrolled sideways. The roles say what a table laid out so would no longer tell by itself.
const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TD: "cell" };

const words = (head) => (head.querySelector(".hidden-words") ? "" : head.textContent.trim().replace(/\s+/g, " "));

function lay(table) {
  const heads = [...table.tHead.rows[0].cells].flatMap((one) => Array(one.colSpan).fill(words(one)));
  for (const one of [table, ...table.querySelectorAll("thead, tbody, tfoot, tr, td")]) one.setAttribute("role", ROLES[one.tagName]);
  for (const one of table.querySelectorAll("th")) one.setAttribute("role", one.scope === "row" ? "rowheader" : "columnheader");
  for (const cell of table.querySelectorAll("td")) {
    const before = [...cell.parentElement.cells].slice(0, cell.cellIndex);
    cell.dataset.head ??= heads[before.reduce((sum, one) => sum + one.colSpan, 0)] ?? "";
  }
  table.classList.add("in-rows");
}

function all(within) {
  for (const table of within.querySelectorAll(".table-wrap > table:not(.in-rows, .people)")) if (table.tHead?.rows.length === 1) lay(table);
}

all(document);
document.addEventListener("htmx:load", (event) => all(event.detail.elt.parentElement ?? document));
