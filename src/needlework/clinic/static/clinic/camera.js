// <camera-capture>: the camera of this device with the earlier photograph over it. What it takes goes into the
// page's own form as a file, so the server sees no difference; without a camera the form is all there is.
const SVG = "http://www.w3.org/2000/svg";
const LEVEL_DEG = 2;

class CameraCapture extends HTMLElement {
  connectedCallback() {
    if (this.video) return; // moved within the page, not new
    this.video = this.querySelector("video");
    this.canvas = this.querySelector("canvas");
    this.ghost = this.querySelector(".camera-ghost");
    this.facing = "environment";
    this.part("shutter").addEventListener("click", () => this.take());
    this.part("turn").addEventListener("click", () => {
      this.facing = this.facing === "environment" ? "user" : "environment";
      this.start();
    });
    const opacity = this.part("opacity");
    opacity.addEventListener("input", () => this.style.setProperty("--ghost", String(opacity.value / 100)));
    this.style.setProperty("--ghost", String(opacity.value / 100));
    this.addEventListener("htmx:beforeSwap", (event) => {
      if (event.detail.xhr.status !== 422) return;
      event.detail.shouldSwap = true; // a refusal is shown like what was kept
      event.detail.isError = false;
    });
    this.addEventListener("htmx:afterSettle", () => this.again());
    for (const lost of ["htmx:sendError", "htmx:responseError"]) this.addEventListener(lost, () => this.live());
    addEventListener("devicemotion", (event) => this.level(event));
    addEventListener("pagehide", () => this.stop());
    this.again();
    this.start();
  }

  part(name) { return this.querySelector(`[data-${name}]`); }

  get words() { return this.querySelector("#take").dataset; }

  async start() {
    this.stop();
    try {
      const asked = { facingMode: { ideal: this.facing }, width: { ideal: 4096 }, height: { ideal: 4096 } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: asked, audio: false });
    } catch { // refused, busy, missing, or a page without https
      this.part("refused").textContent = this.words.noCamera;
      this.part("refused").hidden = false;
      return;
    }
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => {});
    this.part("live").hidden = false;
    this.part("file").open = false;
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.part("turn").hidden = devices.filter((one) => one.kind === "videoinput").length < 2;
    this.again();
  }

  stop() { for (const track of this.stream?.getTracks() ?? []) track.stop(); }

  // After each answer: the next view with its own ghost, the camera live again.
  again() {
    const take = this.querySelector("#take");
    const { ghost, ghostWidth: width, ghostHeight: height, frame } = take.dataset;
    this.ghost.replaceChildren();
    this.part("with-ghost").hidden = !ghost;
    if (ghost) {
      this.ghost.setAttribute("viewBox", `0 0 ${width} ${height}`);
      const [x, y, wide, high] = (frame ?? "").split(" ").map(Number);
      this.draw("image", { href: ghost, width, height });
      if (high) this.draw("rect", { x: x * width, y: y * height, width: wide * width, height: high * height });
    }
    if (this.stream) this.part("file").open = false;
    this.live();
  }

  draw(name, attributes) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    this.ghost.append(element);
  }

  live() {
    this.canvas.hidden = true;
    this.part("shutter").disabled = false;
    this.part("busy-says").textContent = "";
  }

  async take() {
    this.part("shutter").disabled = true;
    this.part("busy-says").textContent = this.words.reading;
    const shot = await this.shot();
    if (!shot) { this.live(); return; }
    const files = new DataTransfer();
    files.items.add(new File([shot], "camera.jpg", { type: "image/jpeg" }));
    this.querySelector("#take input[type=file]").files = files.files;
    this.querySelector("#take form").requestSubmit();
  }

  // The frame that is shown, at the camera's full width, so that what was seen is what is kept.
  shot() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width) return null;
    Object.assign(this.canvas, { width, height, hidden: false });
    this.canvas.getContext("2d").drawImage(this.video, 0, 0, width, height);
    return new Promise((done) => this.canvas.toBlob(done, "image/jpeg", 0.95));
  }

  // Which way is down, as the device feels it: how far the picture leans, and whether the camera looks up or down.
  level({ accelerationIncludingGravity: felt }) {
    if (!felt || felt.y === null || !this.stream) return; // a device that does not know how it is held
    const turned = ((screen.orientation?.angle ?? 0) * Math.PI) / 180;
    let [x, y, z] = [
      felt.x * Math.cos(turned) - felt.y * Math.sin(turned),
      felt.x * Math.sin(turned) + felt.y * Math.cos(turned),
      felt.z,
    ];
    if (y < 0) [x, y, z] = [-x, -y, -z]; // one maker counts the other way round
    const lean = (Math.atan2(-x, y) * 180) / Math.PI;
    const tip = (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI;
    const says = this.part("level");
    const told = (word, degrees) => word.replace("{n}", String(Math.round(Math.abs(degrees))));
    const leans = Math.abs(lean) > LEVEL_DEG && Math.abs(lean) >= Math.abs(tip);
    says.hidden = false;
    says.classList.toggle("is-level", Math.max(Math.abs(lean), Math.abs(tip)) <= LEVEL_DEG);
    says.textContent =
      Math.abs(tip) > 45 ? this.words.holdUpright
      : leans ? told(lean > 0 ? this.words.leansRight : this.words.leansLeft, lean)
      : Math.abs(tip) > LEVEL_DEG ? told(tip > 0 ? this.words.looksUp : this.words.looksDown, tip)
      : this.words.levelWord;
  }
}
if (!customElements.get("camera-capture")) customElements.define("camera-capture", CameraCapture);
