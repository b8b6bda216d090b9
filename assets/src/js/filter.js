// <input data-filter-rows="#table-body">: hides the rows that do not hold every word typed; data-filter-count names what shows how many are left.
document.addEventListener("input", (event) => {
  const field = event.target.closest("[data-filter-rows]");
  if (field) filterRows(field);
});

function filterRows(field) {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = [...document.querySelector(field.dataset.filterRows).children];
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
  const left = rows.filter((row) => !row.hidden).length;
  const count = field.dataset.filterCount && document.querySelector(field.dataset.filterCount);
  if (count) count.textContent = `${left} of ${rows.length}`;
}
