"use strict";
// The maps of a screen, and what its mutants say.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const data = JSON.parse($("#data").textContent);
  const { kinds, channels, inputs, maps } = data;
  const unit = { input: "input", task: "task", all: "set of inputs" }[data.unit];
  const root = document.documentElement;

  // What is shown of the maps: two kinds, by their places, or one; the channels; on how many of them.
  const shown = { first: data.first, second: data.second, channels: [], threshold: 1 };

  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

  // ── Bits ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  const decoded = new Map();

  /** The bytes of a map, its cells as rectangles of elements, and where its planes begin. */
  function decode(index) {
    if (decoded.has(index)) return decoded.get(index);
    const text = atob($(`#map-${index}`).textContent);
    const bytes = new Uint8Array(text.length);
    for (let place = 0; place < text.length; place++) bytes[place] = text.charCodeAt(place);
    const map = maps[index];
    let start = 0;
    let rectangles = null;
    if (!map.grid) {
      const view = new DataView(bytes.buffer);
      rectangles = [];
      for (let cell = 0; cell < map.cells; cell++, start += 16) {
        rectangles.push([0, 4, 8, 12].map((place) => view.getInt32(start + place, true)));
      }
    }
    const plane = Math.ceil(map.cells / 8);
    const screened = map.all ? null : start;
    if (!map.all) start += plane * kinds.length;
    const found = { bytes, rectangles, plane, screened, start };
    decoded.set(index, found);
    return found;
  }

  const bit = (bytes, start, cell) => (bytes[start + (cell >> 3)] >> (cell & 7)) & 1;

  function isScreened(index, kind, cell) {
    const { bytes, plane, screened } = decode(index);
    return screened === null || bit(bytes, screened + kind * plane, cell) === 1;
  }

  function isNonSilent(index, kind, channel, cell) {
    const { bytes, plane, start } = decode(index);
    return bit(bytes, start + (kind * channels.length + channel) * plane, cell) === 1;
  }

  /** On how many of the shown channels the mutant of each cell is non-silent; 65535 where it was not screened. */
  function counts(index, kind) {
    const { bytes, plane, start } = decode(index);
    const { cells } = maps[index];
    const found = new Uint16Array(cells);
    for (const channel of shown.channels) {
      const from = start + (kind * channels.length + channel) * plane;
      for (let cell = 0; cell < cells; cell++) found[cell] += (bytes[from + (cell >> 3)] >> (cell & 7)) & 1;
    }
    if (!maps[index].all) {
      for (let cell = 0; cell < cells; cell++) if (!isScreened(index, kind, cell)) found[cell] = 65535;
    }
    return found;
  }

  /** 0 silent, 1 first only, 2 second only, 3 both, 4 not screened. */
  function codes(index) {
    const first = counts(index, shown.first);
    const second = shown.second === null ? null : counts(index, shown.second);
    return first.map((count, cell) => {
      const other = second ? second[cell] : 65535;
      if (count === 65535 && other === 65535) return 4;
      const is = (value) => value !== 65535 && value >= shown.threshold;
      return (is(count) ? 1 : 0) | (is(other) ? 2 : 0);
    });
  }

  // ── Drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  let colours = [];
  function readColours() {
    const style = getComputedStyle(root);
    colours = ["silent", "first", "second", "both"].map((role) => style.getPropertyValue(`--${role}`).trim());
  }
  const parts = (colour) => [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));

  /**
   * Draws a map: a pixel a region, or rectangles in `width` pixels where regions are no grid. `factor` pixels a region are for paper,
   * on which pixels are smoothed. What was not screened stays clear: the canvas is hatched behind.
   */
  function draw(canvas, index, { width = 220, factor = 1 } = {}) {
    const map = maps[index];
    const found = codes(index);
    const context = canvas.getContext("2d");
    canvas.classList.toggle("partial", !map.grid || found.includes(4));
    if (map.grid) {
      const [, , rows, columns] = map.grid;
      canvas.width = columns;
      canvas.height = rows;
      const image = context.createImageData(columns, rows);
      const palette = colours.map(parts);
      found.forEach((code, cell) => {
        if (code === 4) return;
        const [red, green, blue] = palette[code];
        image.data.set([red, green, blue, 255], 4 * cell);
      });
      context.putImageData(image, 0, 0);
      if (factor === 1) return;
      const small = make("canvas");
      Object.assign(small, { width: columns, height: rows });
      small.getContext("2d").drawImage(canvas, 0, 0);
      Object.assign(canvas, { width: columns * factor, height: rows * factor });
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, canvas.width, canvas.height);
      return;
    }
    canvas.width = width;
    canvas.height = Math.max(1, Math.round(width * map.aspect));
    const [across, down] = [canvas.width / map.columns, canvas.height / map.rows];
    const { rectangles } = decode(index);
    for (const cell of byArea(index)) {
      const [row, column, rows, columns] = rectangles[cell];
      if (found[cell] === 4) continue;
      context.fillStyle = colours[found[cell]];
      context.fillRect(column * across, row * down, Math.max(columns * across, 1), Math.max(rows * down, 1));
    }
  }

  /** Cells of a map without a grid, the largest first: what is fine lies on what is coarse. */
  function byArea(index) {
    const found = decode(index);
    if (!found.order) {
      const area = ([, , rows, columns]) => rows * columns;
      found.order = found.rectangles.map((_, cell) => cell)
        .sort((left, right) => area(found.rectangles[right]) - area(found.rectangles[left]) || left - right);
    }
    return found.order;
  }

  /** Row, column, rows and columns of a cell, in elements. */
  function place(index, cell) {
    const map = maps[index];
    if (!map.grid) return decode(index).rectangles[cell];
    const [height, width, , columns] = map.grid;
    const [row, column] = [Math.floor(cell / columns) * height, (cell % columns) * width];
    return [row, column, Math.min(height, map.rows - row), Math.min(width, map.columns - column)];
  }

  /** The cell at an element; the finest where several are; null where none is. */
  function cellAt(index, row, column) {
    const map = maps[index];
    if (row < 0 || column < 0 || row >= map.rows || column >= map.columns) return null;
    if (map.grid) {
      const [height, width, , columns] = map.grid;
      return Math.floor(row / height) * columns + Math.floor(column / width);
    }
    const { rectangles } = decode(index);
    return byArea(index).findLast((cell) => {
      const [top, left, rows, columns] = rectangles[cell];
      return row >= top && row < top + rows && column >= left && column < left + columns;
    }) ?? null;
  }

  const span = (first, count) => `${first}–${first + count - 1}`;
  const mapName = (index) => `layer ${maps[index].layer} ${maps[index].matrix}`;
  function cellName(index, cell) {
    const [row, column, rows, columns] = place(index, cell);
    return `rows ${span(row, rows)}, columns ${span(column, columns)}`;
  }

  // ── Atlas ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  // The maps of the page, with what they are of.
  const thumbnails = new Map();
  const dirty = new Set();
  const visible = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) visible.add(target); else visible.delete(target);
    }
    drawVisible();
  }, { rootMargin: "300px" });

  function drawVisible() {
    for (const canvas of [...dirty]) {
      if (!visible.has(canvas)) continue;
      draw(canvas, thumbnails.get(canvas));
      dirty.delete(canvas);
    }
  }

  function drawForPaper() {
    thumbnails.forEach((index, canvas) => {
      const { grid } = maps[index];
      draw(canvas, index, { width: 800, factor: grid ? Math.max(1, Math.round(500 / grid[3])) : 1 });
    });
  }

  function redraw() {
    readColours();
    thumbnails.forEach((_, canvas) => dirty.add(canvas));
    drawVisible();
    writeKey();
    if ($("#viewer").open) drawLarge();
  }

  function thumbnail(index) {
    const canvas = make("canvas");
    canvas.dataset.map = index;
    canvas.title = mapName(index);
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "button");
    canvas.setAttribute("aria-label", `Open the map of ${mapName(index)}`);
    canvas.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      open(index, firstCell(index));
    });
    watch(canvas, index);
    return canvas;
  }

  /** Draws a map whenever it comes into view, and opens the region that is clicked. */
  function watch(canvas, index) {
    canvas.addEventListener("click", (event) => {
      event.stopPropagation();
      open(index, cellAt(index, ...elementAt(canvas, index, event)));
    });
    thumbnails.set(canvas, index);
    watcher.observe(canvas);
  }

  /** The first cell that was screened, from which arrow keys go on. */
  function firstCell(index) {
    for (let cell = 0; cell < maps[index].cells; cell++) {
      if (kinds.some((_, kind) => isScreened(index, kind, cell))) return cell;
    }
    return null;
  }

  /** The map that the page opens with, large. */
  function buildOpening() {
    const button = $(".telling");
    if (!button) return;
    const index = Number(button.dataset.telling);
    const canvas = $("canvas", button);
    const { grid, rows, columns, aspect } = maps[index];
    const ratio = grid ? (grid[1] * grid[3]) / (grid[0] * grid[2]) : 1 / aspect;
    canvas.style.aspectRatio = String(Math.max(0.4, Math.min(ratio, 6)));
    canvas.title = `${mapName(index)}: ${rows} × ${columns}`;
    button.addEventListener("click", () => open(index, firstCell(index)));
    watch(canvas, index);
    button.hidden = false;
  }

  function buildAtlas() {
    const atlas = $("#atlas");
    const [width, height] = data.block;
    const share = (value, whole) => `${(100 * value) / whole}%`;
    const ofLayer = new Map();
    maps.forEach(({ layer }, index) => ofLayer.set(layer, [...ofLayer.get(layer) ?? [], index]));
    for (const { name, layer } of data.layers) {
      const block = make("div", "block");
      const stage = make("div", "stage");
      stage.style.aspectRatio = `${width} / ${height}`;
      for (const [matrix, [x, y, across, down]] of Object.entries(data.boxes)) {
        const label = make("span", "", matrix);
        Object.assign(label.style, { left: share(x, width), bottom: share(height - y, height) });
        const own = (layer === null ? [] : ofLayer.get(layer)).filter((index) => maps[index].matrix === matrix);
        const pictures = own.length ? own.map(thumbnail) : [make("div", "absent")];
        if (!own.length) pictures[0].title = `${name} ${matrix}: not screened`;
        for (const picture of pictures) {
          Object.assign(picture.style, {
            left: share(x, width), top: share(y, height), width: share(across, width), height: share(down, height),
          });
        }
        stage.append(label, ...pictures);
      }
      block.append(make("h3", "", layer === null ? `${name}, not screened` : name), stage);
      atlas.append(block);
    }
    atlas.hidden = false;
  }

  function elementAt(canvas, index, event) {
    const box = canvas.getBoundingClientRect();
    const map = maps[index];
    const [width, height] = map.grid
      ? [map.grid[1] * map.grid[3], map.grid[0] * map.grid[2]] : [map.columns, map.rows];
    return [
      Math.min(Math.floor(((event.clientY - box.top) / box.height) * height), map.rows - 1),
      Math.min(Math.floor(((event.clientX - box.left) / box.width) * width), map.columns - 1),
    ];
  }

  // ── Controls ────────────────────────────────────────────────────────────────────────────────────────────────────────

  function option(select, value, text, parent = select) {
    const element = make("option", "", text);
    element.value = value;
    parent.append(element);
  }

  function buildControls() {
    const [first, second, channel, threshold] =
      ["#first-kind", "#second-kind", "#channel", "#threshold"].map((name) => $(name));
    kinds.forEach((kind, index) => {
      option(first, index, kind);
      option(second, index, kind);
    });
    option(second, "", "none");
    first.value = shown.first;
    second.value = shown.second ?? "";
    option(channel, "all", channels.length > 1 ? `all ${plural(channels.length, unit)}` : channels[0]?.name ?? "nothing");
    const tasks = [...new Set(channels.map((each) => each.task))];
    for (const task of tasks) {
      const own = channels.map((each, index) => index).filter((index) => channels[index].task === task);
      if (channels.length < 2) break;
      const group = make("optgroup");
      group.label = task || "no task";
      if (own.length > 1 && tasks.length > 1) option(channel, own.join(), `all of ${task || "no task"}`, group);
      for (const index of own) option(channel, String(index), channels[index].name, group);
      channel.append(group);
    }
    first.addEventListener("change", () => { shown.first = Number(first.value); redraw(); });
    second.addEventListener("change", () => { shown.second = second.value === "" ? null : Number(second.value); redraw(); });
    channel.addEventListener("change", () => { choose(channel.value); redraw(); });
    threshold.addEventListener("input", () => { shown.threshold = Number(threshold.value); redraw(); });
    choose("all");
    shown.threshold = data.threshold;
    threshold.value = data.threshold;
    $("#figure-maps .controls").hidden = false;
  }

  /** Shows some channels; a region counts where its mutant is non-silent on at least half of them. */
  function choose(value) {
    shown.channels = value === "all" ? channels.map((_, index) => index) : value.split(",").map(Number);
    shown.threshold = Math.max(1, Math.ceil(shown.channels.length / 2));
    const threshold = $("#threshold");
    threshold.max = Math.max(1, shown.channels.length);
    threshold.value = shown.threshold;
    $("#threshold-label").hidden = shown.channels.length < 2;
  }

  /** Whether anything in the maps is hatched. */
  const isPartial = maps.some((map) => !map.all || !map.grid)
    || maps.length < data.layers.length * Object.keys(data.boxes).length;

  function writeKey() {
    for (const key of $$("#figure-maps .key, #figure-opening .key, #viewer .key")) writeKeyInto(key);
    $("#threshold-value").textContent = `${shown.threshold} of ${shown.channels.length}`;
  }

  function writeKeyInto(key) {
    const many = shown.channels.length > 1;
    const on = many ? ` on at least ${shown.threshold} of ${plural(shown.channels.length, unit)}` : ` on ${channels[shown.channels[0]]?.name ?? "nothing"}`;
    key.textContent = `Non-silent${on}: `;
    const add = (role, text) => {
      const entry = make("span");
      entry.append(make("span", `patch ${role}`), text);
      key.append(entry, " ");
    };
    if (shown.second === null) {
      add("first", `by ${kinds[shown.first]}`);
    } else {
      add("first", `by ${kinds[shown.first]} only`);
      add("second", `by ${kinds[shown.second]} only`);
      add("both", "by both");
    }
    add("silent", "silent");
    if (isPartial) add("unscreened", data.absence);
  }

  // ── One matrix ──────────────────────────────────────────────────────────────────────────────────────────────────────

  const viewer = $("#viewer");
  const large = $("#large");
  const view = { map: 0, cell: null, scale: 8 };

  function open(index, cell) {
    if (!viewer.open) viewer.showModal();
    view.map = index;
    view.cell = cell;
    const pane = $("#map-pane");
    const map = maps[index];
    const width = map.grid ? map.grid[3] : 220;
    const height = map.grid ? map.grid[2] : 220 * map.aspect;
    view.scale = Math.max(1, Math.min((pane.clientWidth - 48) / width, (pane.clientHeight - 48) / height, 40));
    $("#viewer-title").textContent = `${mapName(index)}: ${map.rows.toLocaleString("en")} × ${map.columns.toLocaleString("en")}`;
    drawLarge();
    showWords();
    writeAddress();
    large.focus({ preventScroll: true });
  }

  /** The address leads back to the region that is open, or to its map. */
  function writeAddress() {
    const { layer, matrix } = maps[view.map];
    const address = view.cell === null ? `map=${layer}.${matrix}` : `region=${key(view.map, view.cell)}`;
    history.replaceState(null, "", `#${address}`);
  }

  function key(index, cell) {
    const [row, column] = place(index, cell);
    return [maps[index].layer, maps[index].matrix, row, column].join(".");
  }

  function openKey(text) {
    const [layer, matrix, row = null, column = null] = text.split(".");
    const index = maps.findIndex((map) => map.layer === Number(layer) && map.matrix === matrix);
    if (index >= 0) open(index, row === null ? null : cellAt(index, Number(row), Number(column)));
  }

  function drawLarge() {
    const map = maps[view.map];
    draw(large, view.map, { width: Math.min(4000, Math.round(220 * Math.max(view.scale, 1))) });
    const [width, height] = map.grid ? [map.grid[3], map.grid[2]] : [220, 220 * map.aspect];
    large.style.width = `${width * view.scale}px`;
    large.style.height = `${height * view.scale}px`;
    showCursor();
  }

  function showCursor() {
    const cursor = $("#cursor");
    cursor.hidden = view.cell === null;
    if (view.cell === null) return;
    const map = maps[view.map];
    const [row, column, rows, columns] = place(view.map, view.cell);
    const box = [large.clientWidth, large.clientHeight];
    const [width, height] = map.grid
      ? [map.grid[1] * map.grid[3], map.grid[0] * map.grid[2]] : [map.columns, map.rows];
    Object.assign(cursor.style, {
      left: `${(column / width) * box[0]}px`, top: `${(row / height) * box[1]}px`,
      width: `${Math.max(2, (columns / width) * box[0])}px`, height: `${Math.max(2, (rows / height) * box[1])}px`,
    });
  }

  function zoom(factor, event) {
    const pane = $("#map-pane");
    const before = view.scale;
    view.scale = Math.max(0.5, Math.min(64, before * factor));
    const box = pane.getBoundingClientRect();
    const [x, y] = event ? [event.clientX - box.left, event.clientY - box.top] : [box.width / 2, box.height / 2];
    const [left, top] = [pane.scrollLeft + x, pane.scrollTop + y];
    drawLarge();
    pane.scrollLeft = (left * view.scale) / before - x;
    pane.scrollTop = (top * view.scale) / before - y;
  }

  function verdictWords(index, cell) {
    return kinds.map((kind, place) => {
      if (!isScreened(index, place, cell)) return null;
      const count = channels.filter((_, channel) => isNonSilent(index, place, channel, cell)).length;
      return `${kind} non-silent on ${count} of ${plural(channels.length, unit)}`;
    }).filter(Boolean).join("; ");
  }

  // ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  let texts = null;
  let regions = null;

  /**
   * What is recorded of a region, by kind and input: 0 where silent, else step, text, divergence, factor of the perplexity and choice.
   * null if the page does not have it.
   */
  function details(index, cell) {
    if (!texts) {
      const found = JSON.parse($("#texts").textContent);
      texts = found.texts;
      regions = new Map(found.regions.map(([map, place, verdicts]) => [`${map}.${place}`, verdicts]));
    }
    return regions.get(`${index}.${cell}`) ?? null;
  }

  const role = (kind) => (kind === shown.first ? "first" : kind === shown.second ? "second" : "other");

  function showWords() {
    showMarks();
    const words = $("#words");
    words.replaceChildren();
    words.scrollTop = 0;
    if (view.cell === null) {
      words.append(make("p", "quiet", "Choose a region on the map to read what its mutants say. The arrow keys go from one to the next."));
      return;
    }
    const { map, cell } = view;
    words.append(make("h3", "", cellName(map, cell)));
    const numbers = verdictWords(map, cell);
    words.append(make("p", "quiet", numbers ? `${mapName(map)}: ${numbers}.` : `${mapName(map)}: ${data.absence}.`));
    const found = details(map, cell);
    if (found) {
      showTexts(words, found);
    } else if (numbers) {
      const isSilent = !kinds.some((_, kind) => channels.some((_, channel) => isNonSilent(map, kind, channel, cell)));
      if (isSilent) words.append(make("p", "", "All its mutants are silent: they say what the baseline says."));
      else showAbsence(words);
    }
  }

  /** A square for every kind and channel: which mutants of the region are non-silent where. */
  function showMarks() {
    const marks = $("#marks");
    marks.replaceChildren();
    if (view.cell === null) return;
    const { map, cell } = view;
    const tasks = [...new Set(channels.map((each) => each.task))];
    const names = make("div", "kinds");
    names.append(make("span", "task", ""), ...kinds.map((kind) => make("span", "", kind)));
    marks.append(names);
    for (const task of tasks) {
      const group = make("div", "task-marks");
      group.append(make("span", "task", data.unit === "input" ? task : ""));
      kinds.forEach((kind, place) => {
        const row = make("div", "row");
        channels.forEach((channel, index) => {
          if (channel.task !== task) return;
          const is = isScreened(map, place, cell) ? isNonSilent(map, place, index, cell) : null;
          const mark = make("i", is === null ? "absent" : is ? role(place) : "");
          mark.title = `${channel.name}, ${kind}: ${is === null ? data.absence : is ? "non-silent" : "silent"}`;
          row.append(mark);
        });
        group.append(row);
      });
      marks.append(group);
    }
  }

  /** The continuations, and one line for the inputs on which all mutants are silent. */
  function showTexts(words, found) {
    const silent = [];
    inputs.forEach((input, place) => {
      const lines = kinds.map((_, kind) => [kind, found[kind]?.[place]]).filter(([, verdict]) => verdict);
      if (!lines.length) { silent.push(input.id); return; }
      const answer = make("article", "answer");
      const head = make("p", "head");
      head.append(make("span", "tag", input.task || "no task"), ` ${input.id}`);
      answer.append(head, make("p", "said same prompt", input.prompt), line("baseline", "", make("p", "said", input.baseline), chosen(input, input.choice)));
      for (const [kind, [step, text = null, divergence = null, factor = null, choice = null]] of lines) {
        const notes = [`parts at step ${step}`];
        if (divergence !== null) notes.push(`divergence ${divergence.toPrecision(3)} nat`);
        if (factor !== null) notes.push(`perplexity × ${factor < 100 ? factor.toPrecision(3) : Math.round(factor).toLocaleString("en")}`);
        if (choice !== null) notes.push(chosen(input, choice));
        const said = text === null ? make("p", "said quiet", "no text recorded") : compared(texts[text], input.baseline);
        answer.append(line(kinds[kind], role(kind), said, notes.join(", ")));
      }
      words.append(answer);
    });
    if (silent.length) words.append(make("p", "quiet", `All mutants are silent on ${silent.join(", ")}.`));
  }

  /** Of an input with choices, the letter that scores best. */
  function chosen(input, choice) {
    if (choice === null) return "";
    return `chooses ${choice}${input.right === null ? "" : input.right === choice ? ", rightly" : `, not ${input.right}`}`;
  }

  function line(who, className, said, note) {
    const element = make("div", "line");
    const name = make("span", "who");
    if (className === "first" || className === "second") name.append(make("span", `patch ${className}`));
    name.append(who);
    if (note) name.append(make("span", "what", note));
    element.append(name, said);
    return element;
  }

  /** A text with what it shares with the beginning of the baseline set back. */
  function compared(text, baseline) {
    let shared = 0;
    while (shared < text.length && shared < baseline.length && text[shared] === baseline[shared]) shared++;
    if (shared > 0 && /[\ud800-\udbff]/.test(text[shared - 1])) shared--;
    const said = make("p", "said");
    said.append(make("span", "same", text.slice(0, shared)), make("span", "changed", text.slice(shared)));
    if (!text) said.append(make("span", "quiet", "(nothing)"));
    return said;
  }

  function showAbsence(words) {
    words.append(make("p", "",
      `The texts of this region are not on this page, which has those of ${plural(data.textRegions, "region")} of `
      + `${data.regions.toLocaleString("en")}: the most sensitive of each matrix. locus export ${data.file} --jsonl writes all of them.`));
  }

  // ── Events ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  function step(by) { open((view.map + by + maps.length) % maps.length, null); }

  function move(rows, columns) {
    if (view.cell === null) return;
    const [row, column, height, width] = place(view.map, view.cell);
    const next = cellAt(view.map,
      rows > 0 ? row + height : row + rows, columns > 0 ? column + width : column + columns);
    if (next === null) return;
    view.cell = next;
    showCursor();
    showWords();
    writeAddress();
  }

  function listen() {
    large.addEventListener("click", (event) => {
      view.cell = cellAt(view.map, ...elementAt(large, view.map, event));
      writeAddress();
      showCursor();
      showWords();
    });
    large.addEventListener("mousemove", (event) => {
      const cell = cellAt(view.map, ...elementAt(large, view.map, event));
      $("#pointer").textContent = cell === null ? `Here is no region of the screen: ${data.absence}.`
        : `${cellName(view.map, cell)}: ${verdictWords(view.map, cell) || data.absence}`;
    });
    large.addEventListener("mouseleave", () => { $("#pointer").textContent = ""; });
    large.addEventListener("keydown", (event) => {
      const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!by) return;
      event.preventDefault();
      if (view.cell === null) { view.cell = firstCell(view.map); move(0, 0); } else move(...by);
    });
    $("#map-pane").addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey && event.target !== large) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 300), event);
    }, { passive: false });
    $("#larger").addEventListener("click", () => zoom(1.5));
    $("#smaller").addEventListener("click", () => zoom(1 / 1.5));
    $("#previous").addEventListener("click", () => step(-1));
    $("#next").addEventListener("click", () => step(1));
    $("#close").addEventListener("click", () => viewer.close());
    viewer.addEventListener("click", (event) => { if (event.target === viewer) viewer.close(); });
    viewer.addEventListener("close", () => history.replaceState(null, "", "#maps"));
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-place]");
      if (button) openKey(button.dataset.place);
    });
    document.addEventListener("place", ({ detail }) => open(detail.map, detail.cell));
    window.addEventListener("hashchange", openHash);
    document.addEventListener("colours", redraw);
    document.addEventListener("paper", () => {
      readColours();
      drawForPaper();
    });
  }

  function openHash() {
    const match = /^#(?:region|map)=([\w.]+)$/.exec(location.hash);
    if (match) openKey(match[1]);
  }

  if (maps.length) {
    buildControls();
    buildAtlas();
    buildOpening();
    redraw();
  }
  listen();
  openHash();

  /** Every verdict that the maps show. */
  function rows() {
    const found = [["layer", "matrix", "row", "column", "rows", "columns", "kind", unit.replaceAll(" ", "_"), "non_silent"]];
    maps.forEach(({ layer, matrix, cells }, index) => {
      for (let cell = 0; cell < cells; cell++) {
        kinds.forEach((name, kind) => {
          if (!isScreened(index, kind, cell)) return;
          channels.forEach((channel, number) => {
            found.push([layer, matrix, ...place(index, cell), name, channel.name, Number(isNonSilent(index, kind, number, cell))]);
          });
        });
      }
    });
    return found;
  }
  document.dispatchEvent(new CustomEvent("figure", { detail: { caption: $("#figure-maps figcaption"), name: "maps", data: rows } }));
})();
