// Follows the focus from here on: where it goes, in what order, and whether it can be seen there.
window.visited = [];
document.addEventListener("focusin", ({ target }) => {
  const box = target.getBoundingClientRect();
  // A field may leave it to what is around it.
  const around = [target, target.parentElement, target.closest("form, search, label")].filter((each) => each !== null);
  const seen = around.some((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
  });
  // Where it stands in what is scrolled, which follows only after this.
  let scrolled = 0;
  for (let at = target.parentElement; at !== null; at = at.parentElement) scrolled += at.scrollTop;
  const region = target.closest("[role=dialog], header, footer, nav, aside, ul, .left, .side, main");
  window.visited.push({
    name: `${target.tagName.toLowerCase()} ${target.dataset.testid ?? target.textContent.trim().slice(0, 30)}`,
    region: [...document.querySelectorAll("*")].indexOf(region),
    seen,
    left: Math.round(box.left), right: Math.round(box.right), top: Math.round(box.top + scrolled), bottom: Math.round(box.bottom + scrolled),
  });
});
document.activeElement?.blur();
// How many places there are to go to.
const places = [...document.querySelectorAll("button, input, select, textarea, a[href], [tabindex]")];
return places.filter((place) => place.tabIndex >= 0 && !place.disabled && place.closest("[inert]") === null && place.checkVisibility()).length;
