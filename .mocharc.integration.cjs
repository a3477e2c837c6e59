// What starts processes, git or tools, but no platform.
module.exports = require("./.mocharc.parallel.cjs")("tests/integration/**/*.test.ts", 30000);
