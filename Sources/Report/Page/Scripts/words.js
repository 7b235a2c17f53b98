"use strict";
// Words of the glossary, marked where a section first uses them: pointer, touch and keys tell what they mean.
(() => {
  const entries = [...document.querySelectorAll("#glossary dt")].flatMap((title) =>
    title.dataset.forms.split("|").map((form) => [form, title.nextElementSibling.textContent]));
  const meanings = new Map(entries);
  const escaped = (form) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  // The longest form first, so that "log perplexity" is not taken for "perplexity"; no letter or hyphen beside it.
  const forms = [...meanings.keys()].sort((one, two) => two.length - one.length).map(escaped).join("|");
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${forms})(?![\\p{L}\\p{N}_-])`, "u");

  const tip = document.createElement("div");
  tip.id = "meaning";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);
  let shown = null;

  function show(word) {
    shown = word;
    tip.textContent = meanings.get(word.textContent);
    tip.hidden = false;
    word.setAttribute("aria-describedby", tip.id);
    const box = word.getBoundingClientRect();
    const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8));
    const isAbove = box.bottom + tip.offsetHeight + 12 > window.innerHeight && box.top > tip.offsetHeight + 12;
    const top = isAbove ? box.top - tip.offsetHeight - 6 : box.bottom + 6;
    Object.assign(tip.style, { left: `${left + window.scrollX}px`, top: `${top + window.scrollY}px` });
  }

  function hide() {
    shown?.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  }

  /** Marks the first of each word in the texts of an element. */
  function mark(section) {
    const known = new Set();
    const selector = ".story dd, p, li, figcaption, .table td, dt, .nothing";
    const places = [...section.querySelectorAll(selector)].filter((place) => !place.closest(
      ".said, .gallery, .provenance, #glossary, #inputs, .zoom, .space, [hidden]"));
    for (const place of places) {
      const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      const texts = [];
      while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("a, button, summary, .word, .key")) texts.push(walker.currentNode);
      for (let text of texts) {
        for (let found = pattern.exec(text.data); found; found = pattern.exec(text.data)) {
          const meaning = meanings.get(found[0]);
          const rest = text.splitText(found.index);
          text = rest.splitText(found[0].length);
          if (known.has(meaning)) continue;
          known.add(meaning);
          const word = document.createElement("span");
          word.className = "word";
          word.tabIndex = 0;
          word.setAttribute("role", "button");
          rest.replaceWith(word);
          word.append(rest);
        }
      }
      place.normalize();
    }
  }

  document.querySelectorAll("main > section:not(#method)").forEach(mark);
  const wordOf = (event) => event.target.closest?.(".word");
  document.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse" && wordOf(event)) show(wordOf(event)); });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse" && wordOf(event) && document.activeElement !== wordOf(event)) hide();
  });
  document.addEventListener("focusin", (event) => { if (wordOf(event)) show(wordOf(event)); else hide(); });
  document.addEventListener("click", (event) => { if (wordOf(event)) show(wordOf(event)); else hide(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
})();
