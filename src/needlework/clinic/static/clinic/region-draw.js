// <region-draw>: zones drawn on a photograph, kept as JSON in pixels of the original. The text area holds the value.
const SVG = "http://www.w3.org/2000/svg";
const NEAR_PX = 22; // on the screen: half a finger's target
const STROKE_PX = 6; // a stroke sets a point every so many screen pixels

class RegionDraw extends HTMLElement {
  connectedCallback() {
    if (this.svg) return; // moved within the page, not new
    this.svg = this.querySelector("[data-stage] svg");
    this.text = this.querySelector("textarea");
    this.width = Number(this.dataset.originalWidth);
    this.height = Number(this.dataset.originalHeight);
    this.zones = this.parse();
    this.points = [];
    for (const tool of this.querySelectorAll("[data-tools]")) tool.hidden = false;
    this.button("close").addEventListener("click", () => this.close());
    this.button("undo").addEventListener("click", () => this.undo());
    this.button("clear").addEventListener("click", () => { this.points = []; this.zones = []; this.keep(); });
    this.svg.addEventListener("pointerdown", (event) => this.down(event));
    this.text.addEventListener("change", () => { this.zones = this.parse(); this.draw(); this.list(); });
    for (const radio of this.querySelectorAll("input[type=radio]")) radio.addEventListener("change", () => this.mode());
    this.mode();
    this.draw();
    this.list();
  }

  button(name) { return this.querySelector(`[data-${name}]`); }

  mode() { this.querySelector("[data-work]").hidden = this.querySelector("input[type=radio]:checked")?.value !== "drawn"; }

  parse() {
    try {
      const zones = JSON.parse(this.text.value || '{"zones": []}').zones;
      return Array.isArray(zones) ? zones.filter((zone) => Array.isArray(zone.polygon)) : [];
    } catch { return []; } // the server names the fault; what was typed stays
  }

  place(event) {
    const box = this.svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * this.width;
    const y = ((event.clientY - box.top) / box.height) * this.height;
    return [Math.round(Math.max(0, Math.min(this.width, x))), Math.round(Math.max(0, Math.min(this.height, y)))];
  }

  onScreen(distance) { return (distance * this.width) / this.svg.getBoundingClientRect().width; }

  down(event) {
    if (event.button > 0) return;
    event.preventDefault();
    const point = this.place(event);
    const [first] = this.points;
    if (this.points.length > 2 && Math.hypot(point[0] - first[0], point[1] - first[1]) < this.onScreen(NEAR_PX)) { this.close(); return; }
    this.points.push(point);
    this.draw();
    let drawn = 0;
    const move = (moved) => {
      const next = this.place(moved);
      const last = this.points.at(-1);
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) < this.onScreen(STROKE_PX)) return;
      this.points.push(next);
      drawn += 1;
      this.draw();
    };
    this.svg.setPointerCapture(event.pointerId);
    this.svg.addEventListener("pointermove", move);
    const up = () => { this.svg.removeEventListener("pointermove", move); if (drawn > 8) this.close(); };
    for (const over of ["pointerup", "pointercancel"]) this.svg.addEventListener(over, up, { once: true });
  }

  close() {
    if (this.points.length < 3) return;
    this.zones.push({ name: `${this.dataset.zoneWord} ${this.zones.length + 1}`, polygon: this.points });
    this.points = [];
    this.keep();
  }

  undo() {
    if (this.points.length) this.points.pop();
    else this.zones.pop();
    this.keep();
  }

  keep() {
    this.text.value = this.zones.length ? JSON.stringify({ zones: this.zones }) : "";
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
    this.draw();
    this.list();
  }

  draw() {
    const shape = (name, attributes) => {
      const element = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    const line = (points) => points.map((point) => point.join(",")).join(" ");
    this.svg.replaceChildren(
      ...this.zones.map((zone) => shape("polygon", { points: line(zone.polygon) })),
      ...(this.points.length ? [shape("polyline", { points: line(this.points) })] : []),
      ...this.points.slice(0, 1).map(([cx, cy]) => shape("circle", { cx, cy, r: this.onScreen(7) })),
    );
    this.button("close").disabled = this.points.length < 3;
    this.button("undo").disabled = this.button("clear").disabled = !this.points.length && !this.zones.length;
  }

  list() {
    this.querySelector("[data-list]").replaceChildren(...this.zones.map((zone, index) => {
      const [row, label, input, remove] = ["li", "label", "input", "button"].map((name) => document.createElement(name));
      input.value = zone.name;
      input.addEventListener("change", () => { zone.name = input.value; this.keep(); });
      label.append(this.dataset.nameWord, input);
      remove.type = "button";
      remove.textContent = this.dataset.removeWord;
      remove.setAttribute("aria-label", `${this.dataset.removeWord}: ${zone.name}`);
      remove.addEventListener("click", () => { this.zones.splice(index, 1); this.keep(); });
      row.append(label, remove);
      return row;
    }));
  }
}
if (!customElements.get("region-draw")) customElements.define("region-draw", RegionDraw);
