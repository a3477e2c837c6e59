// Installs missing npm packages, then runs the `meridian` command, in one process.
require("./ensure-dependencies.js");
// Node 22.1 and later keep compiled code on disk.
require("node:module").enableCompileCache?.();
require("./meridian.js");
