export type * from "./bindings";
