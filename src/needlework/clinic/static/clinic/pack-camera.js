// <pack-camera data-read="…">: the code of a pack by this device's camera. A browser that reads codes itself looks through
// the camera and needs no network; any other takes a photograph, which the clinic's computer reads. Either fills the
// field beside it, as a scanner would; whoever charts compares it with the pack.
const LOOK_MS = 180;
const PATIENCE_MS = 20000;
const LONGEST_PX = 2000;

class PackCamera extends HTMLElement {
  connectedCallback() {
    if (this.go) return; // moved within the page, not new
    this.go = this.part("go");
    this.video = this.querySelector("video");
    this.file = this.querySelector("input[type=file]");
    this.input = this.parentElement.querySelector("[name=scan]");
    this.go.addEventListener("click", () => (this.stream ? this.stop() : this.begin()));
    this.file.addEventListener("change", () => this.file.files[0] && this.sent(this.file.files[0]));
    addEventListener("pagehide", () => this.stop());
    this.hidden = false;
  }

  disconnectedCallback() { this.stop(); }
  part(name) { return this.querySelector(`[data-${name}]`); }
  say(words) { this.part("says").textContent = words || ""; }

  // What this browser reads; null where it reads none of a pack's codes.
  async detector() {
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return null;
    const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
    return known.includes("data_matrix") ? new BarcodeDetector({ formats: ["data_matrix", "code_128", "qr_code"].filter((one) => known.includes(one)) }) : null;
  }

  async begin() {
    this.say("");
    const detector = await this.detector();
    if (!detector) return this.file.click();
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 } }, audio: false });
    } catch { // refused, busy or missing: a photograph can still be taken
      return this.file.click();
    }
    this.video.srcObject = this.stream;
    this.video.hidden = false;
    this.go.textContent = this.dataset.stop;
    await this.video.play().catch(() => {});
    this.until = Date.now() + PATIENCE_MS;
    return this.look(detector);
  }

  async look(detector) {
    if (!this.stream) return undefined;
    const found = await detector.detect(this.video).catch(() => []);
    const codes = [...new Set(found.map((one) => one.rawValue).filter((code) => /^[\x1d(]?\d{2}/.test(code)))];
    if (codes.length) return this.read(codes.join("\x1d"));
    if (Date.now() > this.until) {
      this.stop();
      return this.say(this.dataset.none);
    }
    return setTimeout(() => this.look(detector), LOOK_MS);
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.hidden = true;
    this.go.textContent = this.dataset.start;
  }

  async sent(photograph) {
    this.say(this.dataset.reading);
    this.go.disabled = true;
    const body = new FormData();
    body.set("photograph", await smaller(photograph), "pack.jpg");
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const answer = await fetch(this.dataset.read, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token }, redirect: "error", signal: AbortSignal.timeout(30000) });
      const said = await answer.json();
      if (said.scan) this.read(said.scan);
      else this.say(said.says || this.dataset.none);
    } catch {
      this.say(this.dataset.away);
    } finally {
      this.go.disabled = false;
      this.file.value = "";
    }
  }

  read(code) {
    this.stop();
    this.input.value = code;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.say(this.dataset.found);
    this.dispatchEvent(new CustomEvent("scanned", { bubbles: true, detail: { code } }));
  }
}

// A photograph no larger than a code needs; as it is where the browser cannot draw it.
async function smaller(photograph) {
  try {
    const picture = await createImageBitmap(photograph);
    const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return (await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9))) || photograph;
  } catch {
    return photograph;
  }
}

if (!customElements.get("pack-camera")) customElements.define("pack-camera", PackCamera);
