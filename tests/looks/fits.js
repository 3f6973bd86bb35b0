// Names every text of the page that is cut off, lies outside the window, sticks out of its button or lies on another.
const [isWhole] = arguments;
const SLACK_PX = 1.5;
const dialog = document.querySelector("[role=dialog]");
const found = [];
const shown = [];

const name = (element) => {
  const marked = element.closest("[data-testid]");
  return `${element.tagName.toLowerCase()} in ${marked?.dataset.testid ?? "the page"}`;
};
const say = (what, element, text) => found.push(`${what}: "${text.trim().slice(0, 60)}" (${name(element)})`);
// What the shop or a customer has named may be of any length: it may end in an ellipsis.
const isNamedByOthers = (text) => /[\u3400-\u9fff]|^\d{7,}( · .*)?$/.test(text);
// Digits reach neither the top nor the bottom of their line, and of the largest that is much.
const isAmount = (text) => /^[\d.,]+$/.test(text.trim());
function withoutAir({ left, top, right, bottom }, size) {
  const air = Math.max(0, (bottom - top - size) / 2);
  return { left, top: top + air, right, bottom: bottom - air };
}
const isScrolled = (overflow) => overflow === "auto" || overflow === "scroll";
const isCut = (overflow) => overflow === "hidden" || overflow === "clip";

/** The part of a box that can be seen; says so where the rest can not be reached by scrolling. */
function visiblePart(box, element, text, mayBeCut) {
  const part = { left: box.left, top: box.top, right: box.right, bottom: box.bottom };
  for (let at = element; at !== null && at !== document.documentElement; at = at.parentElement) {
    const style = getComputedStyle(at);
    const edge = at === document.body ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : at.getBoundingClientRect();
    for (const [axis, low, high] of [["overflowX", "left", "right"], ["overflowY", "top", "bottom"]]) {
      if (!isScrolled(style[axis]) && !isCut(style[axis])) continue;
      const beyond = Math.max(edge[low] - part[low], part[high] - edge[high]);
      if (beyond > SLACK_PX && isCut(style[axis])) {
        const mayEnd = mayBeCut && (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none");
        if (!mayEnd) {
          say(at === document.body ? "outside the window" : "cut off", element, text);
          return null;
        }
      }
      part[low] = Math.max(part[low], edge[low]);
      part[high] = Math.min(part[high], edge[high]);
    }
    if (style.position === "fixed") break;
  }
  return part.right - part.left > 1 && part.bottom - part.top > 1 ? part : null;
}

function look(node) {
  const text = node.data;
  const element = node.parentElement;
  if (text.trim() === "" || element.closest(".only-heard, title, script, style")) return;
  if (dialog !== null && !dialog.contains(element)) return;
  const style = getComputedStyle(element);
  // Heard only.
  if (style.clipPath === "inset(50%)" || getComputedStyle(element.parentElement).clipPath === "inset(50%)") return;
  if (style.visibility !== "visible" || style.display === "none") return;
  const range = document.createRange();
  range.selectNodeContents(node);
  const button = element.closest("button, kbd");
  const around = button?.getBoundingClientRect();
  for (const box of range.getClientRects()) {
    if (box.width < 1 || box.height < 1) continue;
    if (around && (box.left < around.left - SLACK_PX || box.right > around.right + SLACK_PX || box.top < around.top - SLACK_PX * 2 || box.bottom > around.bottom + SLACK_PX * 2)) {
      say("out of its button", element, text);
      break;
    }
    const size = Number.parseFloat(style.fontSize);
    const part = visiblePart(isAmount(text) ? withoutAir(box, size) : box, element, text, isNamedByOthers(text));
    if (part !== null) shown.push({ part, element, text, size });
  }
}

const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) look(texts.currentNode);

// Lines have air above and below their letters: only what shares more than that is one over the other.
const tight = ({ part, size }) => {
  const { left, top, right, bottom } = withoutAir(part, size);
  return { left: left + 1, right: right - 1, top, bottom };
};
/** A list that opens over the page hides what it lies on. */
function isHidden(x, y, element) {
  for (let at = document.elementFromPoint(x, y); at !== null && !at.contains(element); at = at.parentElement) {
    const { position, backgroundColor } = getComputedStyle(at);
    if (position !== "static" && !/rgba\(.*, 0\)|transparent/.test(backgroundColor)) return true;
  }
  return false;
}

shown.forEach((one, at) => {
  const a = tight(one);
  for (const other of shown.slice(at + 1)) {
    if (one.element === other.element) continue;
    const b = tight(other);
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide <= SLACK_PX || high <= SLACK_PX) continue;
    const [x, y] = [Math.max(a.left, b.left) + wide / 2, Math.max(a.top, b.top) + high / 2];
    if (!isHidden(x, y, one.element) && !isHidden(x, y, other.element)) say(`lies on "${other.text.trim().slice(0, 40)}"`, one.element, one.text);
  }
});

const pen = document.createElement("canvas").getContext("2d");
for (const field of document.querySelectorAll("input[placeholder]")) {
  if (dialog !== null && !dialog.contains(field)) continue;
  const style = getComputedStyle(field);
  pen.font = style.font;
  const room = field.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
  if (field.value === "" && pen.measureText(field.placeholder).width > room + SLACK_PX) say("cut off", field, field.placeholder);
}

// What a cashier waits before is seen whole, without scrolling.
for (const region of isWhole ? document.querySelectorAll("[data-testid=payment-details]") : []) {
  const hidden = region.scrollHeight - region.clientHeight;
  if (hidden > SLACK_PX) say(`${hidden} px have to be scrolled to`, region, region.textContent);
}
// Nor does anybody look for the line that was touched last: of goods that can be changed it is in sight, and lit.
const list = document.querySelector("[data-testid=goods-list]");
const edge = list?.getBoundingClientRect();
if (list?.querySelector("button")) {
  const line = list.querySelector("[aria-current=true]");
  const box = line?.getBoundingClientRect();
  const isInSight = box && box.height > 1 && box.top >= edge.top - SLACK_PX && box.bottom <= edge.bottom + SLACK_PX;
  if (!isInSight) say("the line that was touched last is out of sight", list, line?.textContent ?? "");
  else if (/rgba\(.*, 0\)|transparent/.test(getComputedStyle(line).backgroundColor)) say("the line that was touched last is not lit", line, line.textContent);
}
return { wrong: [...new Set(found)], seen: shown.length };
