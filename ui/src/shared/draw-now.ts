import { flushSync } from "svelte";

/**
 * Draws what has changed without waiting for the next tick of the screen, half a frame away on average: WebKit paints
 * at once what has been laid out, and lets the rest wait.
 */
export function drawNow(): void {
  flushSync();
  void document.body.offsetHeight;
}
