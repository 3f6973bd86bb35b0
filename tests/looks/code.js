// Measures the QR code of the page, if it has one.
const [isCustomers] = arguments;
const LEAST_PX_A_MODULE = 4;
const LEAST_PART_OF_WINDOW = 0.45;
const QUIET_MODULES = 4;
const PROBES = 9;

const code = document.querySelector("[data-testid=customer-qr], [data-testid=qr]");
if (code === null) return { wrong: [], seen: 0 };
// Beside a customer's display it is a likeness: the customer has the code itself.
const isLikeness = !isCustomers && code.closest(".large") === null;
if (isLikeness) return { wrong: [], seen: 1 };

const wrong = [];
const box = code.getBoundingClientRect();
const modules = code.viewBox.baseVal.width;
const side = Math.min(box.width, box.height);
const part = side / Math.min(innerWidth, innerHeight);
if (side / modules < LEAST_PX_A_MODULE - 0.01) wrong.push(`a module of ${modules} has ${(side / modules).toFixed(2)} px`);
if (isCustomers && part < LEAST_PART_OF_WINDOW - 0.001) wrong.push(`the code takes ${(part * 100).toFixed(1)} % of the shorter side`);

const ink = code.querySelector("path").getBBox();
const quiet = Math.min(ink.x, ink.y, modules - ink.x - ink.width, modules - ink.y - ink.height);
if (quiet < QUIET_MODULES) wrong.push(`the quiet zone has ${quiet} modules`);
if (getComputedStyle(code.querySelector("rect")).fill !== "rgb(255, 255, 255)") wrong.push("the code is not on white");
if (getComputedStyle(code.querySelector("path")).fill !== "rgb(0, 0, 0)") wrong.push("the code is not dark");

for (let row = 0; row < PROBES; row += 1) {
  for (let column = 0; column < PROBES; column += 1) {
    // The last ones lie just inside, where the corners of what is around it are not round.
    const at = (step) => 0.03 + (step / (PROBES - 1)) * 0.94;
    const seen = document.elementFromPoint(box.left + at(column) * box.width, box.top + at(row) * box.height);
    if (!code.contains(seen)) wrong.push(`${seen?.tagName.toLowerCase() ?? "the window's edge"} ${seen?.className ?? ""} lies over the code`);
  }
}
return { wrong: [...new Set(wrong)], seen: 1 };
