// What needs nothing but itself: no process, no git, no tool.
const parallel = require("./.mocharc.parallel.cjs");
module.exports = parallel("tests/unit/**/*.test.ts", 15000, "tests/support/toolCache.ts");
