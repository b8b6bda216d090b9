// Says what went wrong with a security key; allauth's script, which talks to it, announces that and shows nothing.
import { toast } from "../js/notify.js";

const REASONS = {
  NotAllowedError: "The key was not used: it was cancelled, or took too long. Try again.",
  InvalidStateError: "This key is added already.",
  SecurityError: "The browser uses keys only under the address this site is known by.",
};

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const { exception } = event.detail;
  toast(REASONS[exception?.name] ?? "This browser or key could not do it. Try another, or use a code.", "error");
});
