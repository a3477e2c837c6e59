// The command line as one JavaScript file, compiled again when a source has changed. Loading 330 files takes 0.6 s of CPU, this file
// 0.2 s. `npm run check` type-checks the sources.
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "../..");
/** Not below node_modules, which clones may share by a symbolic link. No environment can have this name. */
const cache = path.join(root, ".meridian", ".compiled");
const record = path.join(cache, "cli.json");

/** Packages that most commands load. All others are loaded from their folders on first use. */
const bundled = ["commander", "picocolors", "proper-lockfile", "semver", "yaml"];

/** @returns the path of the compiled command line; undefined if it cannot be compiled. */
exports.compiled = () => {
  try {
    return current() ?? compile();
  } catch {
    return undefined;
  }
};

/** The file of the last compilation, if its sources are unchanged. */
function current() {
  const { file, sources } = recorded() ?? {};
  if (file === undefined) return undefined;
  const unchanged = Object.entries(sources).every(([source, state]) => stateOf(source) === state);
  const compiled = path.join(cache, file);
  return unchanged && fs.existsSync(compiled) ? compiled : undefined;
}

function recorded() {
  try {
    return JSON.parse(fs.readFileSync(record, "utf8"));
  } catch {
    return undefined;
  }
}

/** Changes when a file is written: hashing all contents would take longer than the compiled file saves. */
function stateOf(source) {
  const { mtimeMs, size } = fs.statSync(path.join(root, source), { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs} ${size}`;
}

function compile() {
  const begun = Date.now();
  const { dependencies, devDependencies } = JSON.parse(
    fs.readFileSync(path.join(root, "package.json"), "utf8"),
  );
  const packages = Object.keys({ ...dependencies, ...devDependencies });
  const file = `cli-${process.pid}-${Date.now()}.js`;
  const { outputFiles, metafile } = require("esbuild").buildSync({
    entryPoints: [path.join(root, "cli", "main.ts")],
    outfile: path.join(cache, file),
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20",
    external: packages.filter((name) => !bundled.includes(name)),
    // Errors show the names of their classes.
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    // Read for the stack of an unexpected error only (cli/sourcePlaces.ts).
    sourcemap: "external",
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const sources = Object.keys(metafile.inputs).filter(
    (source) => !source.includes("node_modules/"),
  );
  // The packages that are compiled in are those of the lock file.
  const states = [...sources, "package-lock.json"].map((source) => [source, stateOf(source)]);
  // A source that was written meanwhile may have been read before: the next command compiles again.
  if (!states.every(([, state]) => parseFloat(state) < begun)) return undefined;
  store(file, outputFiles, states);
  return path.join(cache, file);
}

/** The record is written last and atomically, so that two commands that compile at the same time each leave a complete file. */
function store(file, outputs, states) {
  fs.mkdirSync(cache, { recursive: true });
  for (const { path: place, contents } of outputs) fs.writeFileSync(place, contents);
  const before = recorded()?.file ?? file;
  const temporary = `${record}.${process.pid}`;
  fs.writeFileSync(temporary, JSON.stringify({ file, sources: Object.fromEntries(states) }));
  fs.renameSync(temporary, record);
  for (const name of fs.readdirSync(cache))
    if (!name.startsWith(before) && isOld(name)) fs.rmSync(path.join(cache, name), { force: true });
}

/** Another command may be about to load a file of the last minute. */
function isOld(name) {
  const { mtimeMs = Infinity } =
    fs.statSync(path.join(cache, name), { throwIfNoEntry: false }) ?? {};
  return Date.now() - mtimeMs > 60_000;
}
