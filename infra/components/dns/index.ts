export { nearestFirst } from "./geography";
export { mostPartlyDrained } from "./diagnostics";
export { planDns } from "./plan";
export { locationOf, odds, resolve } from "./resolve";
export type * from "./types";
