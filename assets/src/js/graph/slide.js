// The date as of which lineage is shown, as a slider beside its field: from the first day that anything is known to today.
const DAY = 86_400_000;

export function slide(label) {
  const field = label?.querySelector("input[type=date]");
  const first = Date.parse(label?.dataset.since);
  const days = Math.round((Date.parse(new Date().toISOString().slice(0, 10)) - first) / DAY);
  if (!field || !(days > 0)) return;
  const at = (value) => new Date(first + value * DAY).toISOString().slice(0, 10);
  const shown = Math.round((Date.parse(field.value) - first) / DAY);
  const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: days, step: 1, value: Number.isNaN(shown) ? days : shown, className: "graph-form__slider" });
  slider.setAttribute("aria-label", "As of");
  const tell = () => slider.setAttribute("aria-valuetext", Number(slider.value) === days ? "today" : at(Number(slider.value)));
  const set = () => {
    field.value = Number(slider.value) === days ? "" : at(Number(slider.value));
    tell();
  };
  slider.addEventListener("input", set);
  slider.addEventListener("change", () => slider.form.requestSubmit());
  tell();
  label.after(slider);
}
