import { flushSync } from "svelte";

/** What a page that reads it would see, each time it is woken. */
export function watched<T>(read: () => T): { seen: T[] } {
  const seen: T[] = [];
  $effect.root(() => {
    $effect(() => void seen.push(read()));
  });
  flushSync();
  return { seen };
}
