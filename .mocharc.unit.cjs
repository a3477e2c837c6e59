const { availableParallelism } = require("node:os");

// Every file in a process of its own, as many at a time as there are cores.
module.exports = {
  require: ["tsx/cjs"],
  spec: ["tests/unit/**/*.test.ts"],
  timeout: 15000,
  parallel: true,
  jobs: availableParallelism() + 1,
};
