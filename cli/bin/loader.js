// TypeScript is transpiled when it is loaded.
const Module = require("node:module");

const nodes = Module._extensions[".js"];
require("tsx/cjs");
require("./packages.js").install(nodes, Module._extensions[".js"]);
