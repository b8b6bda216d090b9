// Applies the chosen theme at once; the form itself keeps it on the server.
document.addEventListener("click", (event) => {
  const choice = event.target.closest(".theme-switch button[value]");
  if (!choice) return;
  document.documentElement.dataset.bsTheme = choice.value;
  for (const button of choice.closest(".theme-switch").querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(button === choice));
});
