// The box to sign in: strokes are kept as points in thousandths of the box's width, and drawn again at any size.
const WIDE = 1000;
const MOST_POINTS = 4000;

function pad(root) {
  const box = root.querySelector("[data-pad-box]");
  const field = root.querySelector("input[name=strokes]");
  const state = root.querySelector("[data-pad-state]");
  const ink = box.getContext("2d");
  let strokes = read(field.value);
  let drawing = null;

  function at(event) {
    const place = box.getBoundingClientRect();
    const point = [event.clientX - place.left, event.clientY - place.top].map(
      (one) => Math.max(0, Math.min(4 * WIDE, Math.round((one / place.width) * WIDE))),
    );
    return event.pointerType === "pen" ? [...point, Math.round(event.pressure * WIDE)] : point;
  }

  function draw() {
    const place = box.getBoundingClientRect();
    const fine = window.devicePixelRatio || 1;
    box.width = Math.round(place.width * fine);
    box.height = Math.round(place.height * fine);
    const scale = box.width / WIDE;
    ink.strokeStyle = getComputedStyle(box).color;
    ink.lineCap = ink.lineJoin = "round";
    for (const stroke of strokes) {
      ink.lineWidth = 2.2 * fine;
      ink.beginPath();
      stroke.forEach(([x, y], n) => (n ? ink.lineTo(x * scale, y * scale) : ink.moveTo(x * scale, y * scale)));
      if (stroke.length === 1) ink.lineTo(stroke[0][0] * scale + 1, stroke[0][1] * scale);
      ink.stroke();
    }
  }

  function keep() {
    field.value = strokes.length ? JSON.stringify(strokes) : "";
    state.textContent = strokes.length ? state.dataset.drawn : state.dataset.empty;
  }

  box.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    drawing = event.pointerId;
    strokes.push([at(event)]);
    draw();
  });
  box.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drawing) return;
    const stroke = strokes.at(-1);
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) {
      if (strokes.reduce((n, each) => n + each.length, 0) >= MOST_POINTS) return;
      const point = at(one);
      const last = stroke.at(-1);
      if (point[0] !== last[0] || point[1] !== last[1]) stroke.push(point);
    }
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    box.addEventListener(end, (event) => {
      if (event.pointerId !== drawing) return;
      drawing = null;
      keep();
    });
  }
  root.querySelector("[data-pad-clear]").addEventListener("click", () => {
    strokes = [];
    draw();
    keep();
  });
  new ResizeObserver(draw).observe(box);
  root.hidden = false;
  draw();
  keep();
}

function read(text) {
  try {
    const strokes = JSON.parse(text || "[]");
    return Array.isArray(strokes) ? strokes.filter((one) => Array.isArray(one) && one.length) : [];
  } catch {
    return [];
  }
}

document.querySelectorAll("[data-pad]").forEach(pad);
