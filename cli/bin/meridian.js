#!/usr/bin/env node
// The `meridian` command. TypeScript is transpiled when it is loaded; `npm run check` type-checks it.
require("./loader.js");
require("../main.ts")
  .main(process.argv)
  .then((code) => {
    process.exitCode = code;
  });
