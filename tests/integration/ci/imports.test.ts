import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { makeFolder } from "../../support/folder";

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { name: string } }[];
  };
}

/** Files that break one wall each, by the rule that says so. */
const breaches: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "no-circular": {
    "infra/plan/one.ts": `import type { Other } from "./other";\nexport type One = Other[];\n`,
    "infra/plan/other.ts": `import type { One } from "./one";\nexport type Other = One[];\n`,
  },
  "catalog-imports-nothing": {
    "infra/catalog/fact.ts": `import { plan } from "../plan";\nexport const fact = plan;\n`,
  },
  "toolchain-stands-alone": {
    "toolchain/pin.ts": `import { plan } from "../infra/plan";\nexport const pin = plan;\n`,
  },
  "config-comes-first": {
    "infra/config/option.ts": `import { plan } from "../plan";\nexport const option = plan;\n`,
  },
  "sections-stand-alone": {
    "infra/components/dns/configuration.ts": `import { plan } from "../../plan";\nexport const section = plan;\n`,
  },
  "decisions-are-pure": {
    "infra/components/dns/plan.ts": `import * as fs from "node:fs";\nexport const read = fs;\n`,
  },
  "providers-stand-alone": {
    "infra/providers/local/ports.ts": `export const ports = 1;\n`,
    "infra/providers/aws/cost.ts": `import { ports } from "../local/ports";\nexport const cost = ports;\n`,
  },
  "infra-is-below": {
    "infra/plan/told.ts": `import { main } from "../../cli/main";\nexport const told = main;\n`,
  },
  "services-stand-alone": {
    "services/one/main.ts": `export const one = 1;\n`,
    "services/other/main.ts": `import { one } from "../one/main";\nexport const other = one;\n`,
  },
  "services-read-no-kubeconfigs": {
    "infra/kube/kubeconfig.ts": `export const kubeconfig = "";\n`,
    "services/one/main.ts": `import { kubeconfig } from "../../infra/kube/kubeconfig";\nexport const one = kubeconfig;\n`,
  },
  "operations-print-nothing": {
    "operations/ask.ts": `import { main } from "../cli/main";\nexport const ask = main;\n`,
  },
  "nothing-imports-the-command-line": {
    "drills/drill.ts": `import { main } from "../cli/main";\nexport const drill = main;\n`,
  },
  "nothing-imports-tests": {
    "bench/bench.ts": `import { help } from "../tests/help";\nexport const bench = help;\n`,
  },
};

const clean = {
  "infra/plan/index.ts": "export const plan = 1;\n",
  "cli/main.ts": `import { plan } from "../infra/plan";\nexport const main = plan;\n`,
  "tests/help.ts": "export const help = 1;\n",
  "package.json": "{}\n",
};

const { forbidden } = require(path.join(repositoryRoot, ".dependency-cruiser.cjs")) as {
  forbidden: readonly { readonly name: string }[];
};

/** The rules that a tree of files breaks, each with the files that break it. */
function brokenBy(files: Readonly<Record<string, string>>): Record<string, string[]> {
  const folder = makeFolder();
  try {
    for (const [name, text] of Object.entries({ ...clean, ...files })) {
      const file = path.join(folder.dir, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
    for (const name of [".dependency-cruiser.cjs", "tsconfig.json"])
      fs.copyFileSync(path.join(repositoryRoot, name), path.join(folder.dir, name));
    const modules = path.join(repositoryRoot, "node_modules");
    fs.symlinkSync(modules, path.join(folder.dir, "node_modules"));
    const command = path.join(modules, "dependency-cruiser/bin/dependency-cruise.mjs");
    const rooms = fs.readdirSync(folder.dir).filter((name) => /^[a-z]+$/.test(name));
    const options = ["--config", ".dependency-cruiser.cjs", "--output-type", "json", ...rooms];
    const text = execFileSync(process.execPath, [command, ...options], {
      cwd: folder.dir,
      encoding: "utf8",
    });
    const broken: Record<string, string[]> = {};
    for (const { from, rule } of (JSON.parse(text) as Report).summary.violations)
      (broken[rule.name] ??= []).push(from);
    return broken;
  } finally {
    folder.remove();
  }
}

describe("the walls between rooms", () => {
  it("let through what keeps to them", () => {
    assert.deepEqual(brokenBy({}), {});
  });

  it("refuse, each of them, a file that does not", () => {
    const broken = brokenBy(
      Object.assign({}, ...Object.values(breaches)) as Record<string, string>,
    );
    assert.deepEqual(Object.keys(broken).sort(), forbidden.map(({ name }) => name).sort());
    for (const [rule, files] of Object.entries(breaches))
      assert.ok(
        broken[rule]?.some((file) => file in files),
        `${rule}: ${broken[rule]?.join()}`,
      );
  });
});
