"use strict";
// Colours, the ground and the table of contents. Says "colours" to the document whenever they are others, and "paper" before they
// are printed.
(() => {
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const root = document.documentElement;
  const say = (name) => document.dispatchEvent(new Event(name));

  function set(name, value) {
    if (value === "auto") delete root.dataset[name]; else root.dataset[name] = value;
    $$(`[data-switch="${name}"] button`).forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.value === value));
    });
  }

  set("palette", root.dataset.palette);
  set("theme", "auto");
  for (const group of $$("[data-switch]")) {
    group.addEventListener("click", (event) => {
      const { value } = event.target.dataset;
      if (value) { set(group.dataset.switch, value); say("colours"); }
    });
  }
  $$(".switches").forEach((switches) => { switches.hidden = false; });

  // Of a set of drawings one is shown: the one that is chosen.
  for (const set of $$("figure.set")) {
    const choice = set.querySelector("select");
    const parts = [...set.querySelectorAll(".part")];
    const show = () => parts.forEach((part, place) => { part.hidden = place !== choice.selectedIndex; });
    set.querySelector(".controls").hidden = false;
    choice.addEventListener("change", show);
    show();
  }

  // A number as it is written, such as −1.2·10⁻⁵ or 3.4 %; nothing where there is none.
  function number(text) {
    const plain = text.replace(/,/g, "").replace(/−/g, "-");
    const found = plain.match(/([-+]?[\d.]+)(?:·10(⁻?)([⁰¹²³⁴-⁹]+))?/);
    if (!found) return NaN;
    const power = [...(found[3] ?? "")].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)).join("");
    return Number(found[1]) * 10 ** ((found[2] ? -1 : 1) * Number(power || 0));
  }

  function sort(table, column) {
    const title = table.tHead.rows[0].cells[column];
    const direction = title.getAttribute("aria-sort") === "descending" ? "ascending" : "descending";
    const key = (row) => {
      const cell = row.cells[column];
      return cell.classList.contains("number") ? number(cell.textContent) : cell.textContent;
    };
    const rows = [...table.tBodies[0].rows].map((row, place) => ({ row, place, key: key(row) }));
    const turn = direction === "ascending" ? 1 : -1;
    const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
    // What is no number comes last.
    rows.sort((one, other) => Number.isNaN(one.key) - Number.isNaN(other.key)
      || turn * order(one.key, other.key) || one.place - other.place);
    table.tBodies[0].append(...rows.map(({ row }) => row));
    [...table.tHead.rows[0].cells].forEach((cell) => cell.removeAttribute("aria-sort"));
    title.setAttribute("aria-sort", direction);
  }

  for (const table of $$("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((title, column) => {
      title.tabIndex = 0;
      title.addEventListener("click", () => sort(table, column));
      title.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(table, column); }
      });
    });
  }

  // Paper is light, whatever the screen is.
  let theme;
  window.addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    say("paper");
  });
  window.addEventListener("afterprint", () => {
    if (theme === undefined) delete root.dataset.theme; else root.dataset.theme = theme;
    say("colours");
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => say("colours"));

  const sections = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const link = document.querySelector(`nav a[href="#${target.id}"]`);
      if (link) link.setAttribute("aria-current", String(isIntersecting));
    }
  }, { rootMargin: "-30% 0px -60% 0px" });
  $$("main > section").forEach((section) => sections.observe(section));
})();
