// Tells of each marked place in which of the colours that mean good, careful or bad it stands, and all else that is seen
// of it: the words and the drawings, and what its button says of itself.
const MEANINGS = ["good", "warn", "bad"];
const probe = document.createElement("i");
document.body.append(probe);
const colours = new Map();
for (const meaning of MEANINGS) {
  for (const name of [`--${meaning}`, `--${meaning}-soft`]) {
    probe.style.color = `var(${name})`;
    colours.set(getComputedStyle(probe).color, meaning);
  }
}
probe.remove();

const isSeen = (element) => element.checkVisibility() && element.closest(".only-heard") === null;
function hues(element) {
  const style = getComputedStyle(element);
  const drawn = element instanceof SVGElement ? [style.fill, style.stroke] : [style.backgroundColor];
  const edges = ["Top", "Left"].filter((side) => style[`border${side}Width`] !== "0px").map((side) => style[`border${side}Color`]);
  const writes = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
  return [...drawn, ...edges, ...(writes ? [style.color] : [])].map((colour) => colours.get(colour)).filter(Boolean);
}
function words(root) {
  const said = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (isSeen(texts.currentNode.parentElement)) said.push(texts.currentNode.data.trim());
  return said.join(" ");
}

const told = [...document.querySelectorAll("[data-testid]")].filter(isSeen).map((place) => {
  const parts = [place, ...place.querySelectorAll("*")].filter(isSeen);
  const drawings = parts.filter((part) => part instanceof SVGElement).map((part) => part.getAttribute("d") ?? part.tagName);
  const sides = ["aria-pressed", "aria-checked", "aria-invalid", "aria-current", "disabled"].map((side) => place.getAttribute(side));
  // A light and an amount have their words beside them.
  let around = place;
  while (!/\p{L}/u.test(words(around)) && around !== document.body) around = around.parentElement;
  const beside = around === place ? "" : words(around);
  const { width, height } = place.getBoundingClientRect();
  const shape = `${Math.round(width)}x${Math.round(height)} ${getComputedStyle(place).borderRadius}`;
  const look = JSON.stringify([words(place), beside, drawings, sides, place.value ?? null, drawings.length === 0 ? shape : null]);
  return [place.dataset.testid, look, [...new Set(parts.flatMap(hues))].sort().join(" ")];
});
return { wrong: [], seen: told.filter(([, , hue]) => hue !== "").length, told };
