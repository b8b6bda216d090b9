// Where tabs do not fit side by side, the one that is open is moved into sight.
addEventListener("load", () => {
  for (const tabs of document.querySelectorAll(".tabs")) {
    const open = tabs.querySelector("[aria-current]")?.getBoundingClientRect();
    const frame = tabs.getBoundingClientRect();
    if (open?.right > frame.right) tabs.scrollLeft += open.right - frame.right + 16;
  }
});
