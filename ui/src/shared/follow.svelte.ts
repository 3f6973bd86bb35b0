type Fields = Map<string, Field>;
type Fielded = Record<string, unknown>;

/** Wakes only what reads this one. */
class Field {
  value = $state.raw<unknown>();

  constructor(value: unknown) {
    this.value = value;
  }
}

const FIELDS = new WeakMap<object, Fields>();

/**
 * What stands for `next` on screen once `shown` did: the same object with the fields of it that are different set, so
 * that a page which is told all of a state again and again draws only what became another. Lists are taken whole.
 */
export function follow<T>(shown: T | null, next: T): T {
  if (Object.is(shown, next)) return next;
  if (!isRecord(next)) return isSameList(shown, next) ? shown : next;
  const fields = isRecord(shown) ? FIELDS.get(shown) : undefined;
  if (fields === undefined || !hasKeys(next, fields)) return followed(next);
  for (const [key, field] of fields) field.value = follow(field.value, next[key]);
  return shown as T;
}

function followed<T extends Fielded>(first: T): T {
  const fields: Fields = new Map();
  const shown = {};
  for (const [key, value] of Object.entries(first)) {
    const field = new Field(follow<unknown>(null, value));
    fields.set(key, field);
    Object.defineProperty(shown, key, { enumerable: true, get: () => field.value });
  }
  FIELDS.set(shown, fields);
  return shown as T;
}

function hasKeys(next: Fielded, fields: Fields): boolean {
  const keys = Object.keys(next);
  return keys.length === fields.size && keys.every((key) => fields.has(key));
}

function isRecord(value: unknown): value is Fielded {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSameList<T>(shown: T | null, next: T): shown is T {
  if (!Array.isArray(shown) || !Array.isArray(next) || shown.length !== next.length) return false;
  return shown.every((item, at) => item === next[at] || JSON.stringify(item) === JSON.stringify(next[at]));
}
