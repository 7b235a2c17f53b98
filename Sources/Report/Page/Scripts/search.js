"use strict";
// Searches the texts of a page: what mutants say, and on which input.
(() => {
  const form = document.querySelector("#search");
  const field = document.querySelector("#search-words");
  const list = document.querySelector("#search-found");
  const count = document.querySelector("#search-count");
  const { kinds, inputs, maps } = JSON.parse(document.querySelector("#data").textContent);
  const shownCount = 30;
  let said = null;

  /** Every text with its places, in the order of the page. */
  function read() {
    const { texts, regions } = JSON.parse(document.querySelector("#texts").textContent);
    const places = texts.map(() => []);
    for (const [map, cell, verdicts] of regions) {
      verdicts.forEach((ofKind, kind) => (ofKind ?? []).forEach((verdict, input) => {
        if (verdict && typeof verdict[1] === "number") places[verdict[1]].push({ map, cell, kind, input });
      }));
    }
    return texts.map((text, index) => ({ text, small: text.toLowerCase(), places: places[index] }));
  }

  function entry({ text }, { map, cell, kind, input }, start, length) {
    const element = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "place";
    button.textContent = `layer ${maps[map].layer} ${maps[map].matrix}, ${kinds[kind]}, ${inputs[input].id}`;
    button.addEventListener("click", () => {
      document.dispatchEvent(new CustomEvent("place", { detail: { map, cell } }));
    });
    const words = document.createElement("span");
    words.className = "said";
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, start + length);
    const from = Math.max(0, start - 40);
    words.append(from > 0 ? "…" : "", text.slice(from, start), mark, text.slice(start + length, start + length + 60));
    element.append(button, " ", words);
    return element;
  }

  function search() {
    said ??= read();
    const word = field.value.trim().toLowerCase();
    const found = word === "" ? [] : said.flatMap((each) => {
      const start = each.small.indexOf(word);
      return start < 0 ? [] : each.places.map((place) => [each, place, start, word.length]);
    });
    const more = found.length > shownCount ? `, of which ${shownCount} are listed` : "";
    count.textContent = word === "" ? "" : `${found.length.toLocaleString("en")} ${found.length === 1 ? "text" : "texts"}${more}`;
    list.replaceChildren(...found.slice(0, shownCount).map((each) => entry(...each)));
  }

  const { regions } = JSON.parse(document.querySelector("#texts").textContent);
  if (!maps.length || !regions.length) return;
  form.hidden = false;
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  field.addEventListener("input", search);
})();
