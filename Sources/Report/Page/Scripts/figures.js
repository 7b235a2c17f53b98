"use strict";
// Every figure as a picture of lines, a picture of pixels, and a table of what it shows. All is made here, on a click.
(() => {
  const root = document.documentElement;

  function save(content, type, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** The drawing as a file of its own, its colours those that are shown. */
  function lines(drawing) {
    const copy = drawing.cloneNode(true);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("font-family", getComputedStyle(drawing).fontFamily.replaceAll('"', "'"));
    const style = getComputedStyle(root);
    return new XMLSerializer().serializeToString(copy)
      .replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
  }

  /** The drawing in pixels, two of them to one of the page, on the ground of the page. */
  async function pixels(drawing) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(lines(drawing))}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    const { width, height } = drawing.viewBox.baseVal;
    Object.assign(canvas, { width: Math.round(2 * width), height: Math.round(2 * height) });
    const context = canvas.getContext("2d");
    context.fillStyle = getComputedStyle(root).getPropertyValue("--paper").trim();
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const table = (rows) => rows.map((row) => row.map((cell) => quoted(String(cell))).join(",")).join("\n") + "\n";

  /** What the marks of a drawing say of themselves: the place, and what is there. */
  function rows(drawing) {
    const said = [...drawing.querySelectorAll("title")].slice(1).map((title) => title.textContent);
    return [["mark", "value"], ...said.map((text) => {
      const place = text.lastIndexOf(": ");
      return place < 0 ? [text, ""] : [text.slice(0, place), text.slice(place + 2)];
    })];
  }

  function button(name, label, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "file";
    made.textContent = name;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", action);
    return made;
  }

  for (const holder of document.querySelectorAll("[data-name]")) {
    const drawing = holder.querySelector(".drawing > svg");
    const words = holder.querySelector("figcaption") ?? holder.querySelector("p");
    if (!drawing) continue;
    const { name } = holder.dataset;
    const title = drawing.querySelector("title").textContent;
    const tools = [button("PNG", `${title}, as PNG`, async () => save(await pixels(drawing), "image/png", `${name}.png`))];
    if (!words.querySelector("[href$='.svg']")) {
      tools.unshift(button("SVG", `${title}, as SVG`, () => save(lines(drawing), "image/svg+xml", `${name}.svg`)));
    }
    const data = holder.querySelector('script[type="text/csv"]');
    if (data || drawing.querySelectorAll("title").length > 1) {
      const content = () => (data ? data.textContent : table(rows(drawing)));
      tools.push(button("Data", `${title}, as CSV`, () => save(content(), "text/csv", `${name}.csv`)));
    }
    for (const tool of tools) words.append(" ", tool);
  }

  // What else is drawn says what it has: a table of rows, or a canvas.
  document.addEventListener("figure", ({ detail: { caption, name, data, canvas } }) => {
    if (canvas) caption.append(" ", button("PNG", `${name}, as PNG`, () => canvas().toBlob((blob) => save(blob, "image/png", `${name}.png`))));
    caption.append(" ", button("Data", `${name}, as CSV`, () => save(table(data()), "text/csv", `${name}.csv`)));
  });

  // What is wider than its place is scrolled, by keys too, and says so.
  const wide = [...document.querySelectorAll(".drawing, .table")];
  const watcher = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const isWide = target.scrollWidth > target.clientWidth + 1;
      target.classList.toggle("wide", isWide);
      if (isWide) target.tabIndex = 0; else target.removeAttribute("tabindex");
    }
  });
  wide.forEach((each) => watcher.observe(each));
})();
