#!/usr/bin/env node
// The `meridian` command. TypeScript is transpiled as it is loaded; it is checked by `npm run check`.
require("tsx/cjs");
require("../cli/main.ts")
  .main(process.argv)
  .then((code) => {
    process.exitCode = code;
  });
