import { toast } from "./notify.js";

const seconds = 8;
const place = document.getElementById("toasts");

document.addEventListener("click", (event) => {
  const close = event.target.closest(".notice__close");
  if (close) close.closest(".notice").remove();
});

// HX-Trigger: {"toast": {"text": "…", "level": "success"}}
document.addEventListener("toast", ({ detail }) => toast(detail.text ?? detail.value, detail.level));

// Good news goes by itself; a problem stays until it is closed. Nothing goes while it is pointed at or focused.
function leaveLater(notice) {
  if (notice.dataset.level === "error" || notice.dataset.level === "warning") return;
  const leave = () => (notice.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : notice.remove());
  setTimeout(leave, seconds * 1000);
}

if (place) {
  place.querySelectorAll(".notice").forEach(leaveLater);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node.classList?.contains("notice")) leaveLater(node);
  }).observe(place, { childList: true });
}
