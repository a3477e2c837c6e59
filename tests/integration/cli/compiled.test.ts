import * as assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { makeFolder } from "../../support/folder";

/** A command line that says where it was loaded from, and what a module of its clone says. */
const main = (answer: string) => `
import { said } from "./said";
class Odd extends Error {}
export async function main([, , word]: string[]): Promise<number> {
  if (word === "fail") console.log(new Odd(word).stack, Odd.name);
  else console.log(said, ${JSON.stringify(answer)}, __filename.endsWith(".ts") ? "sources" : "compiled");
  return 3;
}
`;

describe("The compiled command line", function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof makeFolder>;

  const place = (file: string) => path.join(folder.dir, file);
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(place(file)), { recursive: true });
    fs.writeFileSync(place(file), text);
  };
  const run = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [place("cli/bin/meridian.js"), ...args],
      { cwd: "/", encoding: "utf8" },
    );
    return { status, stdout: stdout.trim(), stderr };
  };
  const compiledFiles = () =>
    fs.readdirSync(place(".meridian/.compiled")).filter((name) => name.endsWith(".js"));

  beforeEach(() => {
    folder = makeFolder();
    for (const file of ["meridian.js", "compiled.js", "packages.js", "loader.js"])
      write(`cli/bin/${file}`, fs.readFileSync(path.join(repositoryRoot, "cli/bin", file), "utf8"));
    write("package.json", '{ "dependencies": {} }');
    write("package-lock.json", "{}");
    write("cli/main.ts", main("one"));
    write("cli/said.ts", 'export const said: string = "said";');
    fs.symlinkSync(path.join(repositoryRoot, "node_modules"), place("node_modules"));
  });
  afterEach(() => folder.remove());

  it("is used by the first command, and compiled once", () => {
    assert.deepEqual(run(), { status: 3, stdout: "said one compiled", stderr: "" });
    const files = compiledFiles();
    assert.equal(run().stdout, "said one compiled");
    assert.deepEqual(compiledFiles(), files);
  });

  it("is compiled again when a source has changed, and two files stay at most", () => {
    for (const answer of ["one", "two", "three"]) {
      write("cli/main.ts", main(answer));
      assert.equal(run().stdout, `${answer === "one" ? "said" : "three"} ${answer} compiled`);
      write("cli/said.ts", 'export const said = "three";');
      for (const name of fs.readdirSync(place(".meridian/.compiled")))
        fs.utimesSync(place(`.meridian/.compiled/${name}`), 1e9, 1e9);
    }
    write("cli/said.ts", 'export const said = "four";');
    assert.equal(run().stdout, "four three compiled");
    assert.equal(compiledFiles().length, 2);
  });

  it("is compiled again when a package may have changed or its file is gone", () => {
    run();
    write("package-lock.json", "{ }");
    run();
    const [, second = ""] = compiledFiles().sort();
    for (const name of compiledFiles()) fs.rmSync(place(`.meridian/.compiled/${name}`));
    assert.equal(run().stdout, "said one compiled");
    assert.notEqual(second, "");
  });

  it("gives way to the sources if one of them has a syntax error", () => {
    run();
    write("cli/said.ts", "export const said = ;");
    const { status, stderr } = run();
    assert.equal(status, 1);
    assert.match(stderr, /cli\/said\.ts:1:20/);
    write("cli/said.ts", 'export const said = "again";');
    assert.equal(run().stdout, "again one compiled");
  });

  it("gives way to the sources in a folder that cannot be written", () => {
    write(".meridian", "a file");
    assert.deepEqual(run(), { status: 3, stdout: "said one sources", stderr: "" });
  });

  it("is compiled again after a record that cannot be read", () => {
    write(".meridian/.compiled/cli.json", "{");
    assert.equal(run().stdout, "said one compiled");
  });

  it("is whole for ten commands that start together", async () => {
    const codes = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const child = spawn(process.execPath, [place("cli/bin/meridian.js")], { stdio: "ignore" });
        const [code] = (await once(child, "exit")) as [number];
        return code;
      }),
    );
    assert.deepEqual(codes, Array(10).fill(3));
    assert.equal(run().stdout, "said one compiled");
  });

  it("keeps the names of classes, and has a map to the sources", () => {
    const [first, second] = run("fail").stdout.split("\n");
    assert.match(first ?? "", /^Error: fail/);
    assert.match(run("fail").stdout, / Odd$/);
    const [, file = "", line, column] = /\((\/.*\.js):(\d+):(\d+)\)/.exec(second ?? "") ?? [];
    assert.match(file, /\.meridian\/\.compiled\//);
    const { withSourcePlaces } =
      require("../../../cli/sourcePlaces") as typeof import("../../../cli/sourcePlaces");
    const mapped = withSourcePlaces(`at main (${file}:${line}:${column})\nat other (/no.js:1:2)`);
    assert.equal(mapped, `at main (${place("cli/main.ts")}:5:36)\nat other (/no.js:1:2)`);
  });
});
