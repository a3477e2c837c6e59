import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { completionScript, type Shell } from "../../../cli/completion/scripts";
import { meridianFile, runMeridian } from "../../support/commandLine";
import { makeFolder } from "../../support/folder";

/** A line up to the cursor, and the words that each shell then offers. */
const table: Readonly<Record<string, readonly string[]>> = {
  "meridian dr": ["drain"],
  "meridian flag s": ["show", "set"],
  "meridian up --b": ["--break-glass"],
  "meridian drain --to 50 u": ["us-east-1"],
  "meridian drain ": ["eu-west-1", "us-east-1"],
  "npx meridian drain eu": ["eu-west-1"],
  "meridian nosuch x": [],
  "meridian drain $(touch$IFS'here')": [],
};

/** What zsh and fish offer for a value in one word with its option. Bash offers the value alone: readline keeps the rest. */
const joined = "meridian dig catalog --from=e";

describe("The completion script", function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof makeFolder>;
  before(() => {
    folder = makeFolder();
    const regions = "[{ name: eu-west-1 }, { name: us-east-1 }]";
    const text = `config:\n  meridian:regions: ${regions}\n`;
    fs.writeFileSync(path.join(folder.dir, "Pulumi.local.yaml"), text);
  });
  after(() => folder.remove());

  /** Runs a shell with the script as its first argument. @returns its lines of output. @throws if it prints an error. */
  const run = (shell: Shell, flags: readonly string[], body: string, ...args: string[]) => {
    const script = path.join(folder.dir, `meridian.${shell}`);
    fs.writeFileSync(script, completionScript(shell, meridianFile));
    const { stdout, stderr, status } = spawnSync(shell, [...flags, body, script, ...args], {
      encoding: "utf8",
      cwd: folder.dir,
      env: { ...process.env, MERIDIAN_ENVIRONMENTS: folder.dir, HOME: folder.dir },
    });
    assert.deepEqual({ stderr, status }, { stderr: "", status: 0 });
    return stdout.split("\n").filter((line) => line !== "");
  };

  /** A test for each line of the table, and one for options with their values. */
  const cases = (ask: (line: string) => readonly string[], value: string) => {
    for (const [line, expected] of Object.entries({ ...table, [joined]: [value] }))
      it(`completes \`${line}\``, () => {
        assert.deepEqual([...ask(line)].sort(), [...expected].sort());
        assert.ok(!fs.existsSync(path.join(folder.dir, "here")), "the line was evaluated");
      });
  };

  describe("for bash", () => {
    // Splits a line like readline, and calls what is registered for its first word.
    const body = `
      source "$0" && source "$0"
      line=$1 COMP_WORDS=() COMP_CWORD=0
      while [[ $line =~ ^([^\\ =]*)([\\ =])(.*)$ ]]; do
        COMP_WORDS+=("\${BASH_REMATCH[1]}")
        [[ \${BASH_REMATCH[2]} == = ]] && COMP_WORDS+=("=")
        line=\${BASH_REMATCH[3]}
      done
      COMP_WORDS+=("$line")
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      entry=$(complete -p "\${COMP_WORDS[0]}") || exit
      [[ $entry =~ -F\\ ([^\\ ]+) ]] && "\${BASH_REMATCH[1]}" "\${COMP_WORDS[0]}" "$line"
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    cases((line) => run("bash", ["--norc", "-c"], body, line), "eu-west-1");

    it("completes a value at once after the =", () => {
      const ask = `source "$0"
        COMP_WORDS=(meridian dig catalog --from =) COMP_CWORD=4
        _meridian meridian; printf '%s\\n' "\${COMPREPLY[@]}"`;
      assert.deepEqual(run("bash", ["--norc", "-c"], ask), ["eu-west-1", "us-east-1"]);
    });

    it("leaves another completion of npx as it is", () => {
      const ask = `complete -W other npx; source "$0"; complete -p npx`;
      assert.deepEqual(run("bash", ["--norc", "-c"], ask), ["complete -W 'other' npx"]);
    });
  });

  describeWith("zsh", () => {
    // Calls what is registered for the first word, and takes the words from the call that would show them.
    const body = `
      typeset -A entries _comps
      compdef() { entries[$2]=$1 }
      _describe() { print -l -- "\${(@)\${(@P)2}%%:*}" }
      _default() { print files }
      source "$0" && source "$0"
      words=("\${(@s: :)1}") CURRENT=$#words
      $entries[$words[1]]`;
    cases((line) => run("zsh", ["-f", "-c"], body, line), "--from=eu-west-1");

    it("leaves files to npx", () =>
      assert.deepEqual(run("zsh", ["-f", "-c"], body, "npx x"), ["files"]));

    it("completes as a file of fpath too, which needs no other line", () => {
      const ask = `
        cp "$0" "$HOME/_meridian" && fpath=("$HOME") && autoload -Uz _meridian
        _describe() { print -l -- "\${(@)\${(@P)2}%%:*}" }
        words=(meridian dr) CURRENT=2
        _meridian && _meridian`;
      assert.deepEqual(run("zsh", ["-f", "-c"], ask), ["drain", "drain"]);
    });
  });

  describeWith("fish", () => {
    const body = "source $argv[1]; and source $argv[1]; complete --do-complete $argv[2]";
    const ask = (line: string) =>
      run("fish", ["--no-config", "-c"], body, line).map((found) => found.split("\t")[0] ?? "");
    cases(ask, "--from=eu-west-1");
  });

  it("is free of errors from the command itself, whatever it is asked", () => {
    for (const words of [[], [""], ["flag", "show", "-e", "../..", ""], ["curl", "--", "--", "-"]])
      assert.equal(runMeridian("__complete", "--", ...words).code, 0);
  });

  it("is answered without Pulumi's libraries, and without YAML where no region is asked for", () => {
    assert.deepEqual(runMeridian("__complete", "--", "flag", "show", "").libraries, ["commander"]);
    assert.deepEqual(runMeridian("__complete", "--", "drain", "").libraries, ["commander", "yaml"]);
  });
});

/** Tests of a shell's script; one skipped test if the shell is not installed: nothing else can read it. */
function describeWith(shell: Shell, tests: () => void): void {
  const installed = spawnSync(shell, ["--version"]).status === 0;
  describe(`for ${shell}`, () => {
    if (installed) return tests();
    it("is read by the shell itself", function () {
      console.warn(`SKIPPED: the completion script for ${shell}. ${shell} is not installed.`);
      this.skip();
    });
  });
}
