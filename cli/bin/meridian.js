#!/usr/bin/env node
// The `meridian` command. TypeScript is transpiled as it is loaded; it is checked by `npm run check`.
require("./loader.js");
require("../main.ts")
  .main(process.argv)
  .then((code) => {
    process.exitCode = code;
  });
