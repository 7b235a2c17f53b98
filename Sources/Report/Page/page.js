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
