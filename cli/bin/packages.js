// Packages load without what Meridian does not use of them. Measured with the transpiling loader for infra/index.ts: 1.5 s of CPU instead of 3,
// and a third of the time for each resource that is registered.
const Module = require("node:module");

/** Plain CommonJS, a thousand files. tsx would read and parse each file again, and Node would read each source map. */
const plain =
  /\/node_modules\/(@grpc|@opentelemetry|@peculiar|@pulumi|commander|fengari|google-protobuf|graceful-fs|js-yaml|prom-client|proper-lockfile|semver|yaml|zod)\//;

/**
 * Installs the rules for packages.
 * @param nodes Node's own loader of JavaScript files.
 * @param transpiling A loader for all other files, with their source maps. Default: Node's own, without.
 */
exports.install = (nodes, transpiling) => {
  Module._extensions[".js"] = (module, file) => {
    if (!plain.test(file)) return (transpiling ?? nodes)(module, file);
    if (transpiling) process.setSourceMapsEnabled(false);
    try {
      nodes(module, file);
    } finally {
      if (transpiling) process.setSourceMapsEnabled(true);
    }
    if (file.endsWith("/@pulumi/pulumi/runtime/debuggable.js")) withoutStacks(module.exports);
    if (file.endsWith("/@pulumi/pulumi/resource.js")) withoutPositions(module.exports);
  };
};

/**
 * Modules that are loaded on first use, by the package that requires them. Pulumi's SDK uses its two only to serialize functions, which
 * Meridian never does; zod's are fifty languages of messages, and Meridian has its own.
 */
const seldom = {
  "@npmcli/arborist": "/@pulumi/pulumi/",
  typescript: "/@pulumi/pulumi/",
  "../locales/index.cjs": "/zod/",
};
const load = Module._load;
Module._load = (request, parent, isMain) => {
  const really = () => load(request, parent, isMain);
  if (!parent?.filename?.includes(seldom[request] ?? "\0")) return really();
  return new Proxy({ __esModule: true }, { get: (own, key) => own[key] ?? really()[key] });
};

/**
 * The SDK records the stack of every promise, a dozen for each resource, to report promises that never settle. With source maps
 * that is most of the time of a registration. PULUMI_DEBUG_PROMISE_LEAKS, the SDK's own variable for debugging such leaks,
 * restores the stacks.
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
 * The SDK sends the stack trace of each resource's creation to the engine, which stores it in the state. Nothing here reads it,
 * and it is a tenth of a state that is written twice for each resource.
 */
function withoutPositions({ Resource }) {
  Resource.stackTrace = () => [];
}
