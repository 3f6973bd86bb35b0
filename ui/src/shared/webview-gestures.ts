/** A till is no web page: no menu, no dragging, no zoom, and touching a button leaves the focus where it is. */
export function switchOffWebviewGestures(): void {
  for (const kind of ["contextmenu", "dragstart", "dragover", "drop", "gesturestart"]) {
    window.addEventListener(kind, (event) => event.preventDefault());
  }
  window.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  window.addEventListener("mousedown", keepFocus);
}

/** For a window that is only looked at. */
export function switchOffKeys(): void {
  window.addEventListener("keydown", (event) => event.preventDefault(), true);
}

// A button that keeps the focus would be pressed by the next Enter.
function keepFocus(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest("button") !== null && event.target.closest("[role=dialog]") === null) {
    event.preventDefault();
  }
}
