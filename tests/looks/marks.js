// Names whatever is pressed, chosen or typed into and has no mark by which a tester finds it.
const controls = [...document.querySelectorAll("button, input, select, textarea, a[href], summary")].filter((each) => each.checkVisibility());
const name = (each) => `${each.tagName.toLowerCase()} "${(each.ariaLabel ?? each.textContent).trim().slice(0, 30)}" has no mark`;
const wrong = controls.filter((each) => !each.dataset.testid).map(name);
return { wrong: [...new Set(wrong)], seen: controls.length };
