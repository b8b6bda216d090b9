// The filters of a search stand beside its results; on a narrow screen a button opens them, and they stay so while results change.
const body = document.getElementById("search-body");

function tell() {
  const button = body.querySelector("[data-facets]");
  button?.setAttribute("aria-expanded", String(body.classList.contains("shows-facets")));
}

if (body) {
  body.addEventListener("click", (event) => {
    if (!event.target.closest("[data-facets]")) return;
    body.classList.toggle("shows-facets");
    tell();
  });
  document.addEventListener("htmx:afterSettle", tell);
}
