#!/usr/bin/env node
// The `meridian` command, from one compiled file. A clone that cannot be compiled, because a source has a syntax error or the folder is
// read-only, runs from its sources: the loader reports the error with its place.
const { compiled } = require("./compiled.js");

const file = compiled();
if (file === undefined) require("./loader.js");
else require("./packages.js").install(require("node:module")._extensions[".js"]);
require(file ?? "../main.ts")
  .main(process.argv)
  .then((code) => {
    process.exitCode = code;
  });
