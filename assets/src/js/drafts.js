// What was typed into a form survives a session that ended: it is kept while one signs in again, and put back on return.
import { toast } from "./notify.js";

const key = "draft";
const kept = "textarea, select, input:not([type=hidden]):not([type=password]):not([type=file]):not([type=submit])";
const here = () => location.pathname + location.search;
const signIn = document.querySelector("form[data-sign-in]");

function save(form) {
  const fields = [...form.querySelectorAll(kept)].filter((field) => field.name);
  const values = fields.map(({ name, type, value, checked }) => ({ name, type, value, checked }));
  const draft = { page: here(), form: [...document.forms].indexOf(form), values };
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error; // too long to keep; the form itself works as ever
  }
}

function restore({ form: at, values }) {
  const form = document.forms[at];
  if (!form) return;
  for (const { name, type, value, checked } of values) {
    const fields = [...form.querySelectorAll(kept)].filter((field) => field.name === name);
    const boxes = type === "checkbox" || type === "radio";
    const field = boxes ? fields.find((box) => box.value === value) : fields[0];
    if (!field) continue;
    if (boxes) field.checked = checked;
    else field.value = value;
  }
  toast("You had been signed out. What you typed is back; send it again.", "warning");
}

function onLoad() {
  const draft = JSON.parse(sessionStorage.getItem(key));
  if (!draft) return;
  if (signIn && new URLSearchParams(location.search).get("next") === draft.page) return;
  sessionStorage.removeItem(key);
  const fromSignIn = document.referrer && new URL(document.referrer).pathname === draft.signIn;
  if (fromSignIn && draft.page === here()) restore(draft);
}

// The sign-in page leaves its own address in the draft, so that only a return from it brings the text back.
function rememberSignIn() {
  const draft = JSON.parse(sessionStorage.getItem(key));
  if (signIn && draft) sessionStorage.setItem(key, JSON.stringify({ ...draft, signIn: location.pathname }));
}

onLoad();
rememberSignIn();
if (!signIn) document.addEventListener("submit", ({ target }) => target.method === "post" && save(target), { capture: true });
