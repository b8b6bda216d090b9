// Shows a toast made in the browser, from the same markup as the server's.
export function toast(text, level = "info") {
  const template = document.getElementById("toast-template");
  const place = document.getElementById("toasts");
  if (!template || !place) return;
  const notice = template.content.querySelector(`[data-level="${level}"]`).cloneNode(true);
  notice.querySelector(".notice__text").textContent = text;
  place.append(notice);
}
