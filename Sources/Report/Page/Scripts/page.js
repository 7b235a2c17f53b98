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
    const choice = set.querySelector("select, input");
    const said = set.querySelector("output");
    const parts = [...set.querySelectorAll(".part")];
    const show = () => {
      const chosen = choice.selectedIndex ?? Number(choice.value);
      parts.forEach((part, place) => { part.hidden = place !== chosen; });
      if (!said) return;
      said.textContent = parts[chosen].querySelector("title").textContent;
      choice.setAttribute("aria-valuetext", said.textContent);
    };
    set.querySelector(".controls").hidden = false;
    set.classList.add("chosen");
    choice.addEventListener(said ? "input" : "change", show);
    show();
  }

  // What an address leads to is opened, and so is all that it is in.
  function unfold() {
    const target = /^#[\w-]+$/.test(location.hash) && document.querySelector(location.hash);
    if (!target) return;
    const first = target.matches("section") ? target.querySelector("details.chapter") : target;
    let isNew = false;
    for (let place = first ?? target; place; place = place.parentElement?.closest("details")) {
      if (place.matches("details") && !place.open) isNew = place.open = true;
    }
    if (isNew) target.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold);
  // A second click on the same link opens what was folded meanwhile.
  document.addEventListener("click", (event) => { if (event.target.closest('a[href^="#"]')) setTimeout(unfold); });
  unfold();

  // Paper is light, whatever the screen is, and has nothing folded but the long lists of the method.
  let theme;
  let folded = [];
  window.addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    folded = $$("details.chapter:not([open]), details.more:not([open]), details.paper:not([open])");
    folded.forEach((details) => { details.open = true; });
    say("paper");
  });
  window.addEventListener("afterprint", () => {
    folded.forEach((details) => { details.open = false; });
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
