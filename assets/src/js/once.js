// <form data-once="Connecting…">: sent once, however often its button is pressed; the text stands on the button meanwhile.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  const button = event.submitter;
  setTimeout(() => {
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    if (form.dataset.once) button.textContent = form.dataset.once;
  });
});

// A page that comes back by the browser's own history is as it was left: let its forms be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
