"use strict";
// The cloud in space: it turns slowly, or as it is dragged; a point of a screen opens its region.
(() => {
  const $ = (selector) => document.querySelector(selector);
  const figure = $("#figure-space");
  const canvas = $("#space");
  const said = $("#space-point");
  const { positions, names, places, colourings } = JSON.parse($("#space-data").textContent);
  const count = positions.length / 3;
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");

  // Angles in radians; the class that stands out, the point under the pointer and where a drag is, or null.
  const view = { across: 0.6, up: 0.35, colouring: 0, alone: null, point: null, drag: null, isOver: false };
  let isTurning = !reduced.matches;
  let isVisible = false;

  // ── Symbols ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  const colourCount = 8;
  const shapes = ["circle", "square", "triangle", "diamond", "cross"];
  // Corners at a radius of 1, as PointSymbol has them.
  const corners = {
    square: [[-0.89, -0.89], [0.89, -0.89], [0.89, 0.89], [-0.89, 0.89]],
    triangle: [[0, -1.35], [1.35, 0.98], [-1.35, 0.98]],
    diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
    cross: [[-0.42, -1.35], [0.42, -1.35], [0.42, -0.42], [1.35, -0.42], [1.35, 0.42], [0.42, 0.42], [0.42, 1.35],
      [-0.42, 1.35], [-0.42, 0.42], [-1.35, 0.42], [-1.35, -0.42], [-0.42, -0.42]],
  };
  // Of a picture of a symbol: its half side, and the radius of the symbol in it.
  const [half, radius] = [16, 11];

  let ink = "";
  let pictures = [];

  const colour = (role) => getComputedStyle(document.documentElement).getPropertyValue(`--${role}`).trim();
  const parts = (text) => [1, 3, 5].map((place) => parseInt(text.slice(place, place + 2), 16));

  /** The colour of a class: one of eight, or a place between two where classes have an order. */
  function colourOf(index) {
    const { classes, isOrdered } = colourings[view.colouring];
    if (index < 0) return colour("quiet");
    if (!isOrdered) return colour(`lobe${index % colourCount}`);
    const share = classes.length > 1 ? index / (classes.length - 1) : 0;
    const [from, to] = [parts(colour("second")), parts(colour("first"))];
    return `rgb(${from.map((value, place) => Math.round(value + share * (to[place] - value))).join(" ")})`;
  }

  function picture(index) {
    const drawn = document.createElement("canvas");
    drawn.width = drawn.height = 2 * half;
    const context = drawn.getContext("2d");
    context.translate(half, half);
    context.fillStyle = colourOf(index);
    const isOrdered = colourings[view.colouring].isOrdered;
    const shape = isOrdered || index < 0 ? "circle" : shapes[Math.floor(index / colourCount) % shapes.length];
    context.beginPath();
    if (shape === "circle") context.arc(0, 0, radius, 0, 2 * Math.PI);
    else corners[shape].forEach(([x, y]) => context.lineTo(x * radius, y * radius));
    context.fill();
    return drawn;
  }

  /** Pictures of all classes, the one of points without a class last. */
  function readColours() {
    ink = colour("ink");
    pictures = colourings[view.colouring].classes.map((_, index) => picture(index));
    pictures.push(picture(-1));
    writeKey();
  }

  // ── Drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  // A far point would make the rest small: a hundredth of the points may be outside.
  const lengths = Array.from({ length: count }, (_, point) => Math.hypot(...positions.slice(3 * point, 3 * point + 3)));
  const reach = [...lengths].sort((left, right) => left - right)[Math.floor(0.99 * (count - 1))] || 1;
  // Where the points are on the canvas, in pixels of the page, and how large they are.
  const [lefts, tops, sizes] = [0, 1, 2].map(() => new Float32Array(count));
  const levels = 64;
  const level = new Uint8Array(count);
  const order = new Uint32Array(count);
  const pointRadius = Math.min(5, Math.max(1.7, 120 / Math.sqrt(count)));

  function project(width, height) {
    const [sine, cosine] = [Math.sin(view.across), Math.cos(view.across)];
    const [rise, run] = [Math.sin(view.up), Math.cos(view.up)];
    const scale = 0.46 * Math.min(width, height);
    const ends = new Uint32Array(levels + 1);
    for (let point = 0; point < count; point++) {
      const x = positions[3 * point] / reach;
      const y = positions[3 * point + 1] / reach;
      const z = positions[3 * point + 2] / reach;
      const ahead = z * cosine - x * sine;
      const near = ahead * run + y * rise;
      const size = 3.4 / Math.max(0.6, 3.4 - near);
      lefts[point] = width / 2 + scale * size * (x * cosine + z * sine);
      tops[point] = height / 2 - scale * size * (y * run - ahead * rise);
      sizes[point] = size;
      level[point] = Math.max(0, Math.min(levels - 1, Math.floor(((near + 1) / 2) * levels)));
      ends[level[point] + 1]++;
    }
    for (let place = 1; place <= levels; place++) ends[place] += ends[place - 1];
    for (let point = 0; point < count; point++) order[ends[level[point]]++] = point;
  }

  /** Draws with `factor` pixels to one of the page, one of so many points. */
  function draw(factor = devicePixelRatio || 1, every = 1) {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const [columns, rows] = [Math.round(width * factor), Math.round(height * factor)];
    if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
    const context = canvas.getContext("2d");
    context.setTransform(factor, 0, 0, factor, 0, 0);
    context.clearRect(0, 0, width, height);
    project(width, height);
    const { values } = colourings[view.colouring];
    for (const point of order) {
      if (point % every) continue;
      const own = values[point];
      const isSetBack = view.alone !== null && own !== view.alone;
      context.globalAlpha = (0.4 + (0.6 * level[point]) / (levels - 1)) * (isSetBack ? 0.08 : own < 0 ? 0.5 : 1);
      const side = (half / radius) * pointRadius * sizes[point];
      context.drawImage(pictures.at(own), lefts[point] - side, tops[point] - side, 2 * side, 2 * side);
    }
    context.globalAlpha = 1;
    if (view.point === null) return;
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(lefts[view.point], tops[view.point], pointRadius * sizes[view.point] + 4, 0, 2 * Math.PI);
    context.stroke();
  }

  // ── Motion ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  let request = null;
  let last = 0;
  // Where frames are slow, fewer points are drawn while it moves, and all when it rests.
  let every = 1;
  let slow = 0;

  function schedule() {
    if (request === null) request = requestAnimationFrame(step);
  }

  function step(now) {
    request = null;
    const isMoving = isTurning && isVisible && !view.isOver && view.drag === null;
    if (isMoving && last) {
      view.across += Math.min(now - last, 100) * 1.5e-4;
      slow = now - last > 120 ? slow + 1 : 0;
      if (slow === 3 && count / every > 5000) [every, slow] = [2 * every, 0];
    }
    last = isMoving ? now : 0;
    draw(undefined, isMoving || view.drag ? every : 1);
    if (isMoving) schedule();
  }

  function turn(is) {
    isTurning = is;
    const button = $("#space-turn");
    button.textContent = is ? "Stop" : "Turn";
    schedule();
  }

  // ── Points ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The point nearest to the pointer within some pixels, in front of others as near; null where none is. */
  function pointAt(event) {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let [found, least] = [null, 81];
    for (const point of order) {
      if (view.alone !== null && colourings[view.colouring].values[point] !== view.alone) continue;
      const far = (lefts[point] - x) ** 2 + (tops[point] - y) ** 2;
      if (far <= least) [found, least] = [point, far];
    }
    return found;
  }

  function show(point) {
    view.point = point;
    canvas.style.cursor = point !== null && places ? "pointer" : "grab";
    const { title, classes, values } = colourings[view.colouring];
    const own = point === null ? "" : classes[values[point]] ?? "none";
    said.textContent = point === null ? "" : `${names[point]} · ${title}: ${own}`;
  }

  function listen() {
    canvas.addEventListener("pointerdown", (event) => {
      view.drag = { x: event.clientX, y: event.clientY, far: 0 };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      view.isOver = event.pointerType === "mouse";
      if (view.drag) {
        const [x, y] = [event.clientX - view.drag.x, event.clientY - view.drag.y];
        view.drag = { x: event.clientX, y: event.clientY, far: view.drag.far + Math.abs(x) + Math.abs(y) };
        rotate(x / 150, y / 150);
      } else {
        show(pointAt(event));
      }
      schedule();
    });
    canvas.addEventListener("pointerup", (event) => {
      const isClick = view.drag && view.drag.far < 5;
      view.drag = null;
      schedule();
      if (!isClick) return;
      show(pointAt(event));
      if (view.point !== null && places) location.hash = `region=${places[view.point]}`;
    });
    canvas.addEventListener("pointercancel", () => { view.drag = null; schedule(); });
    canvas.addEventListener("pointerleave", () => {
      view.isOver = false;
      show(null);
      schedule();
    });
    canvas.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!by) return;
      event.preventDefault();
      rotate(by[0] / 10, by[1] / 10);
      schedule();
    });
    $("#space-turn").addEventListener("click", () => turn(!isTurning));
    $("#space-colouring").addEventListener("change", (event) => {
      [view.colouring, view.alone] = [Number(event.target.value), null];
      readColours();
      schedule();
    });
    reduced.addEventListener("change", () => turn(!reduced.matches));
    document.addEventListener("colours", () => { readColours(); schedule(); });
    document.addEventListener("paper", () => { readColours(); draw(2); });
    new ResizeObserver(schedule).observe(canvas);
    new IntersectionObserver(([entry]) => {
      isVisible = entry.isIntersecting;
      schedule();
    }).observe(canvas);
  }

  function rotate(across, up) {
    view.across += across;
    view.up = Math.max(-Math.PI / 2, Math.min(Math.PI / 2, view.up + up));
  }

  // ── Controls ────────────────────────────────────────────────────────────────────────────────────────────────────────

  function buildControls() {
    const select = $("#space-colouring");
    colourings.forEach(({ title }, index) => {
      const option = document.createElement("option");
      [option.value, option.textContent] = [index, title];
      select.append(option);
    });
    figure.querySelectorAll(".controls, .space").forEach((element) => { element.hidden = false; });
    turn(isTurning);
  }

  /** A button for each class, which makes it stand out. */
  function writeKey() {
    const { classes, values } = colourings[view.colouring];
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    const entries = [...classes.keys(), -1].filter((index) => counts.has(index)).map((index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", String(view.alone === index));
      const number = document.createElement("span");
      number.textContent = counts.get(index).toLocaleString("en");
      button.append(pictures.at(index), classes[index] ?? "none", number);
      button.addEventListener("click", () => {
        view.alone = view.alone === index ? null : index;
        for (const other of $("#space-key").children) {
          other.setAttribute("aria-pressed", String(other === button && view.alone !== null));
        }
        schedule();
      });
      return button;
    });
    $("#space-key").replaceChildren(...entries);
  }

  /** The points with their names and classes. */
  function rows() {
    const titles = ["name", "x", "y", "z", ...colourings.map(({ title }) => title)];
    return [titles, ...names.map((name, point) => [
      name, ...positions.slice(3 * point, 3 * point + 3),
      ...colourings.map(({ classes, values }) => classes[values[point]] ?? ""),
    ])];
  }

  buildControls();
  readColours();
  listen();
  document.dispatchEvent(new CustomEvent("figure", {
    detail: { caption: figure.querySelector("figcaption"), name: "cloud-in-space", data: rows, canvas: () => { draw(2); return canvas; } },
  }));
  schedule();
})();
