import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { repositoryRoot } from "../../infra/providers/local/instance";

/** The file of the `meridian` command. */
export const meridianFile = path.join(repositoryRoot, "cli/bin/meridian.js");

/** Runs a command line, then writes its code and the libraries that it has loaded to standard error. */
const program = `
  require(${JSON.stringify(path.join(repositoryRoot, "cli/bin/loader.js"))});
  const { main } = require(${JSON.stringify(path.join(repositoryRoot, "cli/main.ts"))});
  main(["node", "meridian", ...process.argv.slice(1)]).then((code) => {
    const library = /\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/;
    const libraries = Object.keys(require.cache).map((file) => library.exec(file)?.[1]);
    console.error(JSON.stringify({ code, libraries: [...new Set(libraries)] }));
  });
`;

/** Libraries of the loader: tsx transpiles, with esbuild what its cache does not have. */
const loader = ["tsx", "esbuild"];

/** What a command line printed, and the libraries that were loaded for it. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly libraries: readonly string[];
}

/** Runs `meridian` in a process of its own. @throws if it prints anything to standard error. */
export function runMeridian(...args: readonly string[]): Run {
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", program, "--", ...args], {
    encoding: "utf8",
  });
  const { code, libraries } = JSON.parse(stderr) as {
    code: number;
    libraries: (string | null)[];
  };
  const own = libraries.filter((name) => name !== null && !loader.includes(name)) as string[];
  return { code, stdout, libraries: own.sort() };
}
