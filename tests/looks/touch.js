// Names whatever is pressed and is smaller than a finger. What has words of its own is pressed by these as well.
const LEAST_PX = 44;
const SLACK_PX = 0.5;
const dialog = document.querySelector("[role=dialog]");
const pressed = [...document.querySelectorAll("button, input, select, textarea, a[href]")].filter(
  (each) => (dialog === null || dialog.contains(each)) && each.checkVisibility() && each.getBoundingClientRect().width >= 1,
);
const small = pressed.flatMap((each) => {
  const { width, height } = (each.closest("label") ?? each).getBoundingClientRect();
  const name = `${each.tagName.toLowerCase()} ${each.dataset.testid ?? each.textContent.trim().slice(0, 20)}`;
  return Math.min(width, height) < LEAST_PX - SLACK_PX ? [`${name} has ${Math.round(width)}x${Math.round(height)} px`] : [];
});
return { wrong: [...new Set(small)], seen: pressed.length };
