// <button class="copy" data-copy="text">
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("is-copied");
  document.getElementById("announcements").textContent = "Copied";
  setTimeout(() => button.classList.remove("is-copied"), 1500);
});
