// What needs nothing but itself: no process, no git, no tool.
module.exports = require("./.mocharc.parallel.cjs")("tests/unit/**/*.test.ts", 15000);
