// What needs nothing but itself: no process, no git, no tool.
const { readdirSync } = require("node:fs");
const { join } = require("node:path");
const parallel = require("./.mocharc.parallel.cjs");

const folder = "tests/unit";
const files = readdirSync(join(__dirname, folder), { recursive: true })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => `${folder}/${file}`)
  .sort();
const below = (part) => files.filter((file) => file.startsWith(`${folder}/${part}/`));

/** Services wait for requests and timers, resources compute for longest: one of the former beside two of the latter. */
const waiting = below("services");
const others = [...new Set([...below("resources"), ...files])].filter(
  (file) => !waiting.includes(file),
);
const mixed = waiting.flatMap((file, at) => [file, ...others.slice(2 * at, 2 * at + 2)]);

module.exports = {
  ...parallel(folder, 15000, "tests/support/toolCache.ts"),
  // Room for what lives shortly, as plans and registrations do: fewer collections.
  "node-option": ["max-semi-space-size=32"],
  spec: [...new Set([...mixed, ...others])],
};
