"use strict";
// Tables that sort by the titles of their columns. Long ones begin with their first rows; a button shows the others, and a
// field those that have a word.
(() => {
  const shownAtFirst = 12;
  const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const exponent = (signs) => [...signs].map((sign) => (sign === "⁻" ? "-" : superscripts.indexOf(sign))).join("");

  // "−1,234", "93.7 %", "1.2·10⁻⁵" and "≤ 0.001" as numbers.
  function number(text) {
    const plain = text.replace(/[\s,≤≥]/g, "").replace("−", "-")
      .replace(/^(-?[\d.]*)·?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/, (_, factor, power) => `${factor || 1}e${exponent(power)}`);
    return parseFloat(plain);
  }

  function equip(holder) {
    const table = holder.querySelector("table");
    const body = table.tBodies[0];
    const rows = [...body.rows];
    if (rows.length < 2) return;
    const titles = [...table.tHead.rows[0].cells];
    const text = (row, column) => row.cells[column].textContent.trim();
    let isOpen = rows.length <= shownAtFirst;
    let word = "";

    function show() {
      let count = 0;
      for (const row of body.rows) {
        const isFound = word === "" || row.textContent.toLowerCase().includes(word);
        row.hidden = !isFound || (word === "" && !isOpen && count >= shownAtFirst);
        if (isFound) count += 1;
      }
    }

    titles.forEach((title, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...title.childNodes);
      title.append(button);
      button.addEventListener("click", () => {
        const isNumber = title.classList.contains("number");
        // Numbers begin with the greatest, words with the first.
        const first = isNumber ? "descending" : "ascending";
        const other = isNumber ? "ascending" : "descending";
        const order = title.getAttribute("aria-sort") === first ? other : first;
        titles.forEach((each) => each.removeAttribute("aria-sort"));
        title.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const words = (one, two) => sign * text(one, column).localeCompare(text(two, column), "en", { numeric: true });
        const key = (row) => number(text(row, column));
        // What is no number comes last.
        const numbers = (one, two) => Number.isNaN(key(one)) - Number.isNaN(key(two)) || sign * (key(one) - key(two)) || 0;
        body.append(...[...rows].sort(isNumber ? numbers : words));
        show();
      });
    });

    if (isOpen) return;
    const tools = document.createElement("div");
    tools.className = "controls table-tools";
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = "Search the table";
    field.setAttribute("aria-label", `Search in ${table.caption?.textContent ?? "the table"}`);
    field.addEventListener("input", () => { word = field.value.trim().toLowerCase(); show(); });
    const more = document.createElement("button");
    more.type = "button";
    more.addEventListener("click", () => { isOpen = !isOpen; label(); show(); });
    function label() {
      more.textContent = isOpen ? `Show the first ${shownAtFirst}` : `Show all ${rows.length} rows`;
      more.setAttribute("aria-expanded", String(isOpen));
    }
    label();
    tools.append(field, more);
    holder.after(tools);
    show();
  }

  document.querySelectorAll(".table").forEach(equip);
})();
