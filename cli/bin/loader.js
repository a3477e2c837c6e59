// TypeScript is transpiled as it is loaded, and the packages of Pulumi are loaded at what they need to cost. Measured for
// infra/index.ts: 1.5 s of CPU in place of 3, and a third of the time for each resource that is registered.
const Module = require("node:module");

const nodes = Module._extensions[".js"];
require("tsx/cjs");
const transpiling = Module._extensions[".js"];

/** Plain CommonJS, a thousand files. tsx would read and parse each a second time, and Node each one's source map. */
const plain =
  /\/node_modules\/(@grpc|@opentelemetry|@peculiar|@pulumi|fengari|google-protobuf|js-yaml|prom-client|semver|yaml)\//;
Module._extensions[".js"] = (module, file) => {
  if (!plain.test(file)) return transpiling(module, file);
  process.setSourceMapsEnabled(false);
  try {
    nodes(module, file);
  } finally {
    process.setSourceMapsEnabled(true);
  }
  if (file.endsWith("/@pulumi/pulumi/runtime/debuggable.js")) withoutStacks(module.exports);
  if (file.endsWith("/@pulumi/pulumi/resource.js")) withoutPositions(module.exports);
};

/** The SDK needs these two to serialize functions, which Meridian never does: they are loaded when they are asked for. */
const seldom = new Set(["@npmcli/arborist", "typescript"]);
const load = Module._load;
Module._load = (request, parent, isMain) => {
  const really = () => load(request, parent, isMain);
  if (!seldom.has(request) || !parent?.filename?.includes("/@pulumi/pulumi/")) return really();
  return new Proxy({ __esModule: true }, { get: (own, key) => own[key] ?? really()[key] });
};

/**
 * The SDK keeps the stack of every promise in case that one is never kept, a dozen for each resource. With source maps
 * that is most of the time that a registration takes. Its own variable for looking into such leaks brings them back.
 */
function withoutStacks(debuggable) {
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS) return;
  const original = debuggable.debuggablePromise;
  debuggable.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return original(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

/**
 * The SDK has the engine keep where in the program each resource was made, the whole stack of it. Nothing reads it here, and it
 * is a tenth of a state that is written twice for each resource.
 */
function withoutPositions({ Resource }) {
  Resource.stackTrace = () => [];
}
