// <mark-place>: a tap on the map says where a mark is. Without it the zone, the side and the part of it are chosen in words.
const SVG = "http://www.w3.org/2000/svg";

class MarkPlace extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form:has([name=figure])");
    if (!this.form) return;
    this.words = this.form.querySelector("[data-words]");
    this.told = this.form.querySelector("[data-placed]");
    this.says = this.form.querySelector("template[data-says]").dataset.says;
    for (const figure of this.querySelectorAll(".zones-view")) {
      figure.classList.add("takes-a-tap");
      figure.addEventListener("click", (event) => this.tap(figure, event));
    }
    this.field("zone").addEventListener("change", () => this.clear());
    this.field("side").addEventListener("change", () => this.clear());
    this.field("spot").addEventListener("change", () => this.clear());
    this.again();
  }

  field(name) { return this.form.elements[name]; }

  // what the form came with: the mark that is corrected, or what was typed before a refusal
  again() {
    const at = ["x", "y"].map((name) => parseFloat(this.field(name).value));
    const figure = this.querySelector(`.zones-view-${CSS.escape(this.field("figure").value || "none")}`);
    if (figure && at.every(Number.isFinite)) this.show(figure, ...at);
  }

  tap(figure, event) {
    const zone = event.target.closest("[data-zone]")?.dataset.zone;
    if (!zone || ![...this.field("zone").options].some((one) => one.value === zone)) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(figure.getScreenCTM().inverse());
    this.field("zone").value = zone;
    this.field("figure").value = [...figure.classList].find((one) => one.startsWith("zones-view-")).slice(11);
    this.field("x").value = at.x.toFixed(1);
    this.field("y").value = at.y.toFixed(1);
    this.show(figure, at.x, at.y);
  }

  show(figure, x, y) {
    this.dot?.remove();
    this.dot = document.createElementNS(SVG, "circle");
    for (const [name, value] of Object.entries({ class: "skin-mark-new", cx: x, cy: y, r: 9 })) this.dot.setAttribute(name, value);
    figure.append(this.dot);
    this.words.hidden = true;
    this.told.textContent = this.says;
  }

  clear() {
    for (const name of ["figure", "x", "y"]) this.field(name).value = "";
    this.dot?.remove();
    this.words.hidden = false;
    this.told.textContent = "";
  }
}
if (!customElements.get("mark-place")) customElements.define("mark-place", MarkPlace);
