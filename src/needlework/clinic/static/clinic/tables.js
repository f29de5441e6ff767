// A table on a phone: its rows one below the other, each value beside the words of its column (stages.css).
// On a tablet it is so where it would be cut off.
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

// Where its columns have no room though the window has, each row is a card of several columns.
const room = new ResizeObserver((seen) => {
  for (const wrap of seen.map((one) => one.target)) {
    const table = wrap.querySelector("table");
    table.classList.remove("in-cards");
    table.classList.toggle("in-cards", wrap.scrollWidth > wrap.clientWidth + 1 && matchMedia("(min-width: 761px)").matches);
  }
});

function all(within) {
  for (const table of within.querySelectorAll(".table-wrap > table:not(.in-rows, .people)")) if (table.tHead?.rows.length === 1) {
    lay(table);
    room.observe(table.parentElement);
  }
}

all(document);
document.addEventListener("htmx:load", (event) => all(event.detail.elt.parentElement ?? document));
document.addEventListener("put", (event) => all(event.target)); // a part of a session's page, anew (offline/parts.js)
