import type { CustomerMessage, CustomerView, DisplaysView, DisplayTestRefusal } from "../shared/backend";
import { CUSTOMERS } from "./scenes";

// Sample monitors, tests and pictures of the customer's display.

/** A cashier's monitor, and two others. */
export function sampleDisplays(chosen = ""): DisplaysView {
  const place = { y: 0, is_cashiers: false, is_customers: false, is_chosen: false };
  const monitors = [
    {
      ...place,
      id: "eDP-1@0,0",
      number: 1,
      name: "eDP-1",
      x: 0,
      width: 1366,
      height: 768,
      is_cashiers: true,
    },
    { ...place, id: "HDMI-1@1366,0", number: 2, name: "HDMI-1", x: 1366, width: 1280, height: 800 },
    { ...place, id: "HDMI-2@2646,0", number: 3, name: "HDMI-2", x: 2646, width: 1920, height: 1080 },
  ].map((monitor) => ({
    ...monitor,
    is_chosen: monitor.id === chosen,
    is_customers: monitor.id === (chosen || "HDMI-1@1366,0"),
  }));
  const is_chosen_missing = chosen !== "" && !monitors.some((monitor) => monitor.id === chosen);
  return {
    monitors,
    is_chosen_missing,
    pictures: {
      is_being_read: false,
      shown: 3,
      problem: null,
      skipped: [
        { file: "春节海报.png", problem: "not_a_picture" },
        { file: "全景.jpg", problem: "too_large" },
      ],
    },
  };
}

/** The pretended shell's side of them. */
export function pretendDisplays(chosen: () => string) {
  const ok = <T>(data: T) => Promise.resolve({ status: "ok" as const, data });
  const refuse = (error: DisplayTestRefusal) => Promise.resolve({ status: "error" as const, error });
  return {
    displays: () => ok(sampleDisplays(chosen())),
    testDisplay: (id: string) =>
      id.startsWith("HDMI-2") ? refuse({ code: "customer_is_paying" }) : ok(null),
    readPictures: () => ok(null),
  };
}

/** A picture as an address that is drawn at once, for a page without a content policy. */
function samplePicture(name: string, color: string): string {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><rect width="16" height="9" fill="${color}"/><text x="8" y="5.2" font-size="1.6" text-anchor="middle" fill="#fff">${name}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}

/** What the customer window is sent in a scene: a view, or one of those besides. */
export function customerScene(name: string): CustomerMessage | null {
  const welcome = CUSTOMERS.welcome as CustomerView;
  if (name === "test") return { ...plain(welcome), test: { number: 2, width: 1280, height: 800 } };
  if (name === "pictures") return { ...plain(welcome), pictures: [samplePicture("春日特惠", "#1f4fd8")] };
  const view = CUSTOMERS[name];
  return view ? plain(view) : null;
}

/** A view and nothing besides. */
export function plain(view: CustomerView): CustomerMessage {
  return { view, test: null, pictures: [] };
}
