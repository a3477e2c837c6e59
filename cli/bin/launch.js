// Installs missing npm packages, then runs the `meridian` command, in one process.
require("./ensure-dependencies.js");
require("./meridian.js");
