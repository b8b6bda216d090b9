// A table of cells to type in (data-grid): Ctrl and an arrow go to the next cell, and what is copied from a spreadsheet is
// pasted over as many cells as it has.
const grid = () => document.querySelector("[data-grid]");
const rows = () => [...grid().tBodies[0].rows].map((row) => [...row.querySelectorAll("textarea")]);
const changed = (cell) => cell.value !== cell.defaultValue;

function place(cell) {
  const all = rows();
  const row = all.findIndex((cells) => cells.includes(cell));
  return { all, row, column: all[row].indexOf(cell) };
}

function fit(cell) {
  cell.style.height = "auto";
  cell.style.height = `${cell.scrollHeight + 2}px`;
}

function tell() {
  const cells = rows().flat();
  for (const cell of cells) cell.classList.toggle("grid-edit__cell--changed", changed(cell));
  const count = cells.filter(changed).length;
  document.querySelector("[data-grid-changed]").textContent = count ? `${count} cell${count === 1 ? "" : "s"} changed` : "";
}

// Rows and cells of text from a spreadsheet: a cell that holds a tab, a line break or a quote is put in double quotes.
function cellsOf(text) {
  const table = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const row = table.at(-1);
    const letter = text[at];
    if (quoted && letter === '"' && text[at + 1] === '"') row[row.length - 1] += text[at++];
    else if (letter === '"' && (quoted || row.at(-1) === "")) quoted = !quoted;
    else if (!quoted && letter === "\t") row.push("");
    else if (!quoted && letter === "\n") table.push([""]);
    else if (letter !== "\r") row[row.length - 1] += letter;
  }
  return table.at(-1).join("") === "" && table.length > 1 ? table.slice(0, -1) : table;
}

document.addEventListener("paste", (event) => {
  const cell = event.target.closest?.("[data-grid] textarea");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!cell || !/[\t\n]/.test(text)) return;
  const pasted = cellsOf(text);
  if (pasted.length === 1 && pasted[0].length === 1) return;
  event.preventDefault();
  const { all, row, column } = place(cell);
  pasted.forEach((cells, down) => cells.forEach((value, right) => {
    const target = all[row + down]?.[column + right];
    if (!target) return;
    target.value = value;
    fit(target);
  }));
  tell();
});

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("[data-grid] textarea");
  const step = STEPS[event.key];
  if (!cell || !step || !(event.ctrlKey || event.metaKey)) return;
  const { all, row, column } = place(cell);
  const next = all[row + step[0]]?.[column + step[1]];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select();
});

document.addEventListener("input", (event) => {
  const cell = event.target.closest?.("[data-grid] textarea");
  if (!cell) return;
  fit(cell);
  tell();
});

document.addEventListener("focusin", (event) => {
  const cell = event.target.closest?.("[data-grid] textarea");
  if (cell) fit(cell);
});
