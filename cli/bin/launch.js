// Installs missing npm packages, then runs the `meridian` command, in one process.
require("./ensure-dependencies.js");
// Node 22.1 and later keep compiled code on disk: in a folder of this user's, which nobody else can write.
const path = require("node:path");
const cache = process.env.XDG_CACHE_HOME || path.join(require("node:os").homedir(), ".cache");
require("node:module").enableCompileCache?.(path.join(cache, "meridian", "compiled"));
require("./meridian.js");
