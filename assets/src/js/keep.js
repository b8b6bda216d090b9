// A form sent with an expired session comes back empty after signing in: what was typed waits in this tab, but for secrets.
const place = "concord:typed";
const signIn = "/accounts/";
const secret = ["password", "hidden", "submit", "button", "file"];

const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !secret.includes(field.type) && !("secret" in field.dataset));

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form) return;
  const fields = fieldsOf(form).map(({ id, value, checked }) => ({ id, value, checked }));
  sessionStorage.setItem(place, JSON.stringify({ path: location.pathname, fields }));
});

function restore(fields) {
  for (const { id, value, checked } of fields) {
    const field = id && document.getElementById(id);
    if (!field) continue;
    if (["radio", "checkbox"].includes(field.type)) field.checked = checked;
    else field.value = value;
  }
}

const kept = sessionStorage.getItem(place);
const cameFrom = document.referrer ? new URL(document.referrer).pathname : "";
sessionStorage.removeItem(place);
if (kept && cameFrom.startsWith(signIn)) {
  const { path, fields } = JSON.parse(kept);
  if (path === location.pathname) restore(fields);
}
