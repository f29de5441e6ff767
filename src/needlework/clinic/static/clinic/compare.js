// <photo-compare>: one slider over two aligned photographs, or side by side; zoom and pan move both.
const LEVELS = [1, 1.5, 2, 3, 4, 6];
class PhotoCompare extends HTMLElement {
  connectedCallback() {
    if (this.stage) return; // moved within the page, not new
    this.stage = this.querySelector(".compare-stage");
    this.level = 0;
    this.x = 0; // pan, in shares of a pane's size
    this.y = 0;
    this.querySelector(".compare-tools").hidden = false;
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "group");
    this.stage.setAttribute("aria-label", this.querySelector(".compare-zoom").getAttribute("aria-label"));
    const at = this.querySelector("[data-at]");
    at.addEventListener("input", () => this.slide(Number(at.value)));
    this.querySelector("[data-side]").addEventListener("click", () => this.beside(this.classList.contains("is-slider")));
    for (const link of this.querySelectorAll("[data-before]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault(); // without leaving the place that is looked at
        this.lay(link);
      });
    }
    for (const button of this.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.zoom(Number(button.dataset.zoom)));
    }
    this.stage.addEventListener("keydown", (event) => this.press(event));
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
    this.beside(matchMedia("(min-width: 1200px)").matches);
    this.slide(50);
    this.zoom(0);
  }

  beside(wanted) {
    this.classList.toggle("is-slider", !wanted);
    this.querySelector("[data-side]").setAttribute("aria-pressed", String(wanted));
    this.querySelector(".compare-slide").hidden = wanted;
  }

  // Other pictures of the same pair, on the same grid, so zoom and pan stay as they are.
  lay(link) {
    for (const other of this.querySelectorAll("[data-before]")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    this.querySelector(".compare-before img").src = link.dataset.before;
    this.querySelector(".compare-after img").src = link.dataset.after;
    history.replaceState(history.state, "", link.href);
  }

  slide(percent) { this.style.setProperty("--at", `${percent}%`); }

  zoom(by) {
    this.level = Math.max(0, Math.min(LEVELS.length - 1, this.level + by));
    const scale = LEVELS[this.level];
    this.classList.toggle("is-zoomed", scale > 1);
    this.style.setProperty("--zoom", String(scale));
    this.querySelector("[data-zoom-says]").textContent = `${scale}×`;
    this.querySelector("[data-zoom='-1']").disabled = this.level === 0;
    this.querySelector("[data-zoom='1']").disabled = this.level === LEVELS.length - 1;
    this.pan(0, 0);
  }

  pan(dx, dy) {
    const reach = (LEVELS[this.level] - 1) / 2;
    this.x = Math.max(-reach, Math.min(reach, this.x + dx));
    this.y = Math.max(-reach, Math.min(reach, this.y + dy));
    this.style.setProperty("--pan-x", `${100 * this.x}%`);
    this.style.setProperty("--pan-y", `${100 * this.y}%`);
  }

  press(event) {
    const way = { ArrowLeft: [0.1, 0], ArrowRight: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (event.target !== this.stage) return;
    if (way && this.level > 0) { this.pan(...way); event.preventDefault(); }
    else if (event.key === "+" || event.key === "-") { this.zoom(event.key === "+" ? 1 : -1); event.preventDefault(); }
  }

  grab(down) {
    if (this.level === 0) return;
    const pane = this.querySelector(".compare-pane").getBoundingClientRect();
    let [x, y] = [down.clientX, down.clientY];
    const move = (event) => {
      this.pan((event.clientX - x) / pane.width, (event.clientY - y) / pane.height);
      [x, y] = [event.clientX, event.clientY];
    };
    this.stage.setPointerCapture(down.pointerId);
    this.stage.addEventListener("pointermove", move);
    const end = () => this.stage.removeEventListener("pointermove", move);
    for (const over of ["pointerup", "pointercancel"]) this.stage.addEventListener(over, end, { once: true });
  }
}
if (!customElements.get("photo-compare")) customElements.define("photo-compare", PhotoCompare);
