"use strict";
// Maps from matrix to weight: a matrix is chosen, a region of it opens, and each of its parts can be read.
(() => {
  const $ = (selector) => document.querySelector(selector);
  const data = JSON.parse($("#zoom-data").textContent);
  const { maps, choices, decades } = data;
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.length - 1;
  const levelOf = new Uint8Array(128);
  [...alphabet].forEach((character, level) => { levelOf[character.charCodeAt(0)] = level; });

  // The choice, the matrix, and where the two cursors are, by row and column: in regions, and in parts of the open one.
  const view = { choice: 0, map: 0, region: [0, 0], part: [0, 0] };

  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  // ── Numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  const count = ({ shape, region }) => [0, 1].map((side) => Math.ceil(shape[side] / region[side]));
  const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

  /** The parts that begin in a region: the first and the one behind the last, by side. */
  function partsOf(map, place) {
    return [0, 1].map((side) => {
      const start = place[side] * map.region[side];
      const end = Math.min(start + map.region[side], map.shape[side]);
      return [start, end].map((edge) => Math.ceil(edge / map.part[side]));
    });
  }

  // Where the parts of each region begin in the text of a plane, by plane; they are made when they are first asked for.
  const starts = new Map();

  function startsOf(map, plane) {
    if (starts.has(plane)) return starts.get(plane);
    const [rows, columns] = count(map);
    const found = new Map();
    let start = 0;
    const opened = plane.opened ?? Array.from({ length: rows * columns }, (_, place) => place);
    for (const place of opened) {
      found.set(place, start);
      const sides = partsOf(map, [Math.floor(place / columns), place % columns]).map(([from, to]) => to - from);
      start += sides[0] * sides[1];
    }
    starts.set(plane, found);
    return found;
  }

  /** The levels of a matrix's regions. */
  function regionsOf(index) {
    const map = maps[index];
    const [rows, columns] = count(map);
    const text = map.planes[view.choice].regions;
    return { rows, columns, level: (row, column) => levelOf[text.charCodeAt(row * columns + column)] };
  }

  /** The levels of the parts of the open region; null where the page does not have them. */
  function partsOfOpen() {
    const map = maps[view.map];
    const plane = map.planes[view.choice];
    const start = startsOf(map, plane).get(view.region[0] * count(map)[1] + view.region[1]);
    if (start === undefined) return null;
    const [rows, columns] = partsOf(map, view.region).map(([from, to]) => to - from);
    return { rows, columns, level: (row, column) => levelOf[plane.parts.charCodeAt(start + row * columns + column)] };
  }

  /** A level as a number of two digits; the least level stands for all that is less. */
  const valueOf = (level, largest) => Number((Number(largest) * 10 ** (decades * (level / last - 1))).toPrecision(2));

  function words(level, largest) {
    const number = valueOf(level, largest).toString();
    return `${data.name} ${level === 0 ? "at most" : "about"} ${number} ${data.unit}`;
  }

  /** The place of the largest level, the first of equals. */
  function darkest({ rows, columns, level }) {
    let [found, most] = [[0, 0], -1];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        if (level(row, column) > most) [found, most] = [[row, column], level(row, column)];
      }
    }
    return [found, most];
  }

  // ── Drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  let [paper, ink] = [[], []];
  function readColours() {
    const style = getComputedStyle(document.documentElement);
    const parts = (role) => {
      const text = style.getPropertyValue(`--${role}`).trim();
      return [1, 3, 5].map((place) => parseInt(text.slice(place, place + 2), 16));
    };
    [paper, ink] = [parts("silent"), parts("ink")];
  }

  /** A pixel a cell, from the ground at the level `low` to ink at `high`. */
  function draw(canvas, { rows, columns, level }, low, high) {
    Object.assign(canvas, { width: columns, height: rows });
    const context = canvas.getContext("2d");
    const image = context.createImageData(columns, rows);
    for (let row = 0, place = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, place += 4) {
        const share = clamp((level(row, column) - low) / Math.max(high - low, 1), 0, 1);
        for (let part = 0; part < 3; part++) image.data[place + part] = paper[part] + share * (ink[part] - paper[part]);
        image.data[place + 3] = 255;
      }
    }
    context.putImageData(image, 0, 0);
  }

  const [matrix, region] = [$("#zoom-matrix"), $("#zoom-region")];

  /** Gives a canvas the form of so many rows and columns of weights. */
  function shape(canvas, rows, columns) {
    const scale = Math.min(340 / columns, 420 / rows);
    canvas.style.width = `${Math.max(24, Math.round(columns * scale))}px`;
    canvas.style.aspectRatio = `${columns} / ${rows}`;
  }

  function outline(canvas, { rows, columns }, [row, column]) {
    const { style } = canvas.nextElementSibling;
    [style.left, style.top] = [`${(100 * column) / columns}%`, `${(100 * row) / rows}%`];
    [style.width, style.height] = [`${100 / columns}%`, `${100 / rows}%`];
  }

  function drawOverview() {
    document.querySelectorAll("#zoom-maps button").forEach((button, index) => {
      draw(button.firstElementChild, regionsOf(index), 0, last);
      button.setAttribute("aria-pressed", String(index === view.map));
      if (index === view.map) $("#zoom-maps").scrollTop = button.parentElement.offsetTop;
    });
  }

  function drawMatrix() {
    const map = maps[view.map];
    const regions = regionsOf(view.map);
    $("#zoom-matrix-title").textContent = `${map.group} ${map.name}, ${map.shape.join(" × ")}`;
    shape(matrix, ...map.shape);
    draw(matrix, regions, 0, last);
    outline(matrix, regions, view.region);
    drawRegion();
  }

  function drawRegion() {
    const map = maps[view.map];
    const parts = partsOfOpen();
    $("#zoom-region-title").textContent = placeWords(view.region, map.region, map.shape);
    region.parentElement.hidden = parts === null;
    $("#zoom-absent").hidden = parts !== null;
    if (parts === null) return;
    const [, high] = darkest(parts);
    shape(region, parts.rows * map.part[0], parts.columns * map.part[1]);
    // Two and a half powers of ten: within a region numbers differ less.
    draw(region, parts, high - last / 2, high);
    view.part = [clamp(view.part[0], 0, parts.rows - 1), clamp(view.part[1], 0, parts.columns - 1)];
    outline(region, parts, view.part);
  }

  // ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  function placeWords(place, size, shape) {
    return ["row", "column"].map((name, side) => {
      const start = place[side] * size[side];
      const end = Math.min(start + size[side], shape[side]) - 1;
      return start === end ? `${name} ${start}` : `${name}s ${start}–${end}`;
    }).join(", ");
  }

  function say(place, isPart) {
    const map = maps[view.map];
    const parts = partsOfOpen();
    if (isPart && parts === null) return;
    const [row, column] = place;
    const from = partsOf(map, view.region).map(([first]) => first);
    const own = isPart ? [row + from[0], column + from[1]] : place;
    const level = isPart ? parts.level(row, column) : regionsOf(view.map).level(row, column);
    $("#zoom-point").textContent = `${choices[view.choice]} of ${map.group} ${map.name}, `
      + `${placeWords(own, isPart ? map.part : map.region, map.shape)}: ${words(level, data.largest[isPart ? 1 : 0])}`;
  }

  // ── Moves ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  function openRegion(place) {
    view.region = place;
    const parts = partsOfOpen();
    view.part = parts === null ? [0, 0] : darkest(parts)[0];
    drawMatrix();
    say(view.region, false);
  }

  function openMap(index) {
    view.map = index;
    drawOverview();
    openRegion(darkest(regionsOf(index))[0]);
  }

  function openPart(place) {
    view.part = place;
    drawRegion();
    say(view.part, true);
  }

  /** Opens what a link names: layer, matrix, first row, first column, choice. */
  function openKey(key) {
    const match = /^(\d+\.\w+)\.(\d+)\.(\d+)\.(\d+)$/.exec(key);
    const index = match ? maps.findIndex((map) => map.key === match[1]) : -1;
    if (index < 0) return;
    const map = maps[index];
    view.choice = clamp(Number(match[4]), 0, choices.length - 1);
    $("#zoom-choice").value = view.choice;
    view.map = index;
    drawOverview();
    const place = [Number(match[2]), Number(match[3])];
    openRegion(place.map((start, side) => clamp(Math.floor(start / map.region[side]), 0, count(map)[side] - 1)));
    const within = partsOf(map, view.region).map(([from], side) => Math.floor(place[side] / map.part[side]) - from);
    openPart(within.map((part) => Math.max(part, 0)));
    $("#figure-zoom").scrollIntoView();
    region.focus({ preventScroll: true });
  }

  const cells = (canvas) => (canvas === matrix ? regionsOf(view.map) : partsOfOpen());

  function placeAt(canvas, event) {
    const box = canvas.getBoundingClientRect();
    const { rows, columns } = cells(canvas);
    const at = (share, limit) => clamp(Math.floor(share * limit), 0, limit - 1);
    return [at((event.clientY - box.top) / box.height, rows), at((event.clientX - box.left) / box.width, columns)];
  }

  function listen(canvas, open, isPart) {
    canvas.addEventListener("click", (event) => open(placeAt(canvas, event)));
    canvas.addEventListener("pointermove", (event) => say(placeAt(canvas, event), isPart));
    canvas.addEventListener("pointerleave", () => say(isPart ? view.part : view.region, isPart));
    canvas.addEventListener("focus", () => say(isPart ? view.part : view.region, isPart));
    canvas.addEventListener("keydown", (event) => {
      const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (by) {
        const { rows, columns } = cells(canvas);
        const [row, column] = isPart ? view.part : view.region;
        open([clamp(row + by[0], 0, rows - 1), clamp(column + by[1], 0, columns - 1)]);
      } else if (event.key === "Enter" && !isPart && partsOfOpen()) {
        region.focus();
      } else if (event.key === "Escape" && isPart) {
        matrix.focus();
      } else {
        return;
      }
      event.preventDefault();
    });
  }

  /** The regions of every matrix by every choice. */
  function rows() {
    const found = [["group", "matrix", "row", "column", "choice", `${data.name} (${data.unit})`]];
    const { choice } = view;
    maps.forEach((map, index) => choices.forEach((title, place) => {
      view.choice = place;
      const regions = regionsOf(index);
      for (let cell = 0; cell < regions.rows * regions.columns; cell++) {
        const [row, column] = [Math.floor(cell / regions.columns), cell % regions.columns];
        found.push([map.group, map.name, row * map.region[0], column * map.region[1], title, valueOf(regions.level(row, column), data.largest[0])]);
      }
    }));
    view.choice = choice;
    return found;
  }

  // ── Controls ────────────────────────────────────────────────────────────────────────────────────────────────────────

  function build() {
    choices.forEach((choice, index) => {
      const option = make("option", "", choice);
      option.value = index;
      $("#zoom-choice").append(option);
    });
    const widest = Math.max(...maps.map((map) => map.shape[1]));
    let group = null;
    maps.forEach((map, index) => {
      if (group?.title !== map.group) {
        group = { title: map.group, element: make("div", "zoom-group") };
        group.element.append(make("h3", "", map.group));
        $("#zoom-maps").append(group.element);
      }
      const button = make("button");
      const canvas = make("canvas");
      canvas.style.width = `${Math.max(8, Math.round((72 * map.shape[1]) / widest))}px`;
      canvas.style.aspectRatio = `${map.shape[1]} / ${map.shape[0]}`;
      button.type = "button";
      button.setAttribute("aria-label", `${map.group} ${map.name}`);
      button.append(canvas, make("span", "", map.name));
      button.addEventListener("click", () => openMap(index));
      group.element.append(button);
    });
    $("#zoom-choice").addEventListener("change", (event) => {
      view.choice = Number(event.target.value);
      drawOverview();
      openRegion(view.region);
    });
    document.querySelectorAll("#figure-zoom .controls, #figure-zoom .zoom").forEach((part) => { part.hidden = false; });
  }

  function redraw() {
    readColours();
    drawOverview();
    drawMatrix();
  }

  build();
  readColours();
  listen(matrix, openRegion, false);
  listen(region, openPart, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-place]");
    if (button) openKey(button.dataset.place);
  });
  document.dispatchEvent(new CustomEvent("figure", {
    detail: { caption: $("#figure-zoom figcaption"), name: "matrices", data: rows },
  }));
  document.addEventListener("colours", redraw);
  document.addEventListener("paper", redraw);
  // What is largest of all is open first.
  const most = maps.map((map, index) => Math.max(...choices.map((_, choice) => {
    view.choice = choice;
    return darkest(regionsOf(index))[1];
  })));
  const first = most.indexOf(Math.max(...most));
  view.choice = choices.findIndex((_, choice) => {
    view.choice = choice;
    return darkest(regionsOf(first))[1] === most[first];
  });
  $("#zoom-choice").value = view.choice;
  openMap(first);
})();
