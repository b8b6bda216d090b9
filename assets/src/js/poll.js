// <div data-poll hx-trigger="every …">: a look that fails is no news, the next one follows; the region says it is old.
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"])
  document.addEventListener(
    name,
    (event) => {
      const region = event.target.closest?.("[data-poll]");
      if (!region || event.detail.xhr?.status === 404) return;
      event.stopImmediatePropagation();
      region.classList.add("is-stale");
    },
    true,
  );
