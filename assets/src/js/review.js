// <form data-review>: many choices and two answers. j and k move between the choices, x chooses, o opens, a accepts, r refuses.
const typing = "input:not([type='checkbox']), textarea, select";
const form = () => document.querySelector("[data-review]");
const ones = () => [...form().querySelectorAll("[data-review-one]")].filter((one) => one.offsetParent);

function count() {
  if (!form()) return;
  const chosen = form().querySelectorAll("[data-review-one]:checked").length;
  form().querySelector("[data-review-count]").textContent = chosen ? `${chosen} chosen` : "";
}

function move(step) {
  const all = ones();
  const at = all.indexOf(document.activeElement);
  all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
}

function refuse() {
  const reason = form().querySelector("[data-review-reason]");
  if (reason.value.trim()) form().querySelector("[data-review-refuse]").click();
  else reason.focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: () => ones().includes(document.activeElement) && document.activeElement.click(),
  o: () => document.activeElement.closest("tr")?.querySelector("[data-branch]")?.click(),
  a: () => form().querySelector("[data-review-accept]").click(),
  r: refuse,
};

document.addEventListener("change", (event) => {
  if (!event.target.closest("[data-review]")) return;
  if (event.target.matches("[data-review-all]"))
    for (const one of form().querySelectorAll("[name='group']")) one.checked = event.target.checked;
  count();
});

// Enter beside the reason refuses: it is what a reason is for.
document.addEventListener("keydown", (event) => {
  if (!form() || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && event.target.matches("[data-review-reason]")) {
    event.preventDefault();
    refuse();
  } else if (keys[event.key] && !event.target.matches(typing)) {
    event.preventDefault();
    keys[event.key]();
  }
});
