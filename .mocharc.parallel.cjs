const { availableParallelism } = require("node:os");

/** Every file in a process of its own. One more than there are cores: some of them wait for others. */
module.exports = (spec, timeout, ...more) => ({
  require: [
    "./cli/bin/loader.js",
    "tests/support/noColours.ts",
    "tests/support/restoredVariables.ts",
    ...more,
  ],
  spec: [spec],
  timeout,
  parallel: true,
  jobs: availableParallelism() + 1,
  reporter: "tests/support/timesReporter.ts",
  // The tier is the folder below tests/.
  "reporter-option": [`tier=${spec.split("/")[1]}`],
});
