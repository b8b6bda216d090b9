// In the head, before the first paint: tells the style sheet that scripts run, so what needs them may show.
document.documentElement.classList.add("js");
