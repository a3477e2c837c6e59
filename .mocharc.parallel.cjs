const { availableParallelism } = require("node:os");

/** Every file in a process of its own. One more than there are cores: some of them wait for others. */
module.exports = (spec, timeout) => ({
  require: ["tsx/cjs", "tests/support/noColours.ts"],
  spec: [spec],
  timeout,
  parallel: true,
  jobs: availableParallelism() + 1,
});
