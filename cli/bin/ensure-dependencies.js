#!/usr/bin/env node
// Installs the locked npm packages if they are missing or stale, so that `npm start` and `npm test` work in a clean clone. Plain
// JavaScript with no imports beyond Node: no package is installed yet.
const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "../..");
const marker = path.join(root, "node_modules", ".meridian-lock-hash");
const wanted = createHash("sha256")
  .update(fs.readFileSync(path.join(root, "package-lock.json")))
  .update(process.version)
  .digest("hex");

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `meridian: Node ${process.versions.node} is too old; 20.19 or later is needed. Install it from https://nodejs.org and run the command again.`,
  );
  process.exit(1);
}

const found = fs.existsSync(marker) ? fs.readFileSync(marker, "utf8") : "";
if (found !== wanted) {
  // Not to standard output: a command may print a result there, for a shell or a program.
  console.error("Installing npm packages (once for each change of package-lock.json) …");
  const result = spawnSync("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    stdio: ["inherit", process.stderr, "inherit"],
  });
  if (result.status !== 0) {
    console.error("meridian: `npm ci` failed; see its message above, then run the command again.");
    process.exit(1);
  }
  fs.writeFileSync(marker, wanted);
}
