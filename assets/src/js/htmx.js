import htmx from "htmx.org";
import { toast } from "./notify.js";

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0, // a page someone may no longer see must not come back from the browser's storage
  refreshOnHistoryMiss: true,
  defaultSwapDelay: 0,
  defaultSettleDelay: 0,
  timeout: 30000,
});

const reasons = {
  403: "You may not do this. Reload the page to see why.",
  404: "This is no longer there. Reload the page to see what is.",
  409: "Someone changed this in the meantime. Reload the page and try again.",
  413: "This is too large to send.",
  429: "Too many requests in a short time. Wait a minute and try again.",
};

document.addEventListener("htmx:responseError", ({ detail }) => {
  toast(reasons[detail.xhr.status] ?? `The server could not do this (error ${detail.xhr.status}). Nothing was changed; try again.`, "error");
});
document.addEventListener("htmx:sendError", () => toast("The server did not answer. Check the connection and try again.", "error"));
document.addEventListener("htmx:timeout", () => toast("The server took too long to answer. Try again.", "error"));

// A form that was refused comes back as 422 with its errors, to be shown in place.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 422) Object.assign(detail, { shouldSwap: true, isError: false });
});

// How many results there are now is said aloud: <… data-announce="12 results"> in what was swapped in.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const said = detail.elt.closest?.("[data-announce]") ?? detail.elt.querySelector?.("[data-announce]");
  if (said) document.getElementById("announcements").textContent = said.dataset.announce;
});

window.htmx = htmx;
