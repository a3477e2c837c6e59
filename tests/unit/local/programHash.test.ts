import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { hashProgram, programHash } from "../../../infra/providers/local/programs";
import { makeFolder } from "../../support/folder";

const lock = (versions: Readonly<Record<string, string>>) => ({
  packages: {
    "node_modules/used": { version: versions["used"], dependencies: { below: "*" } },
    "node_modules/below": { version: versions["below"] },
    "node_modules/used/node_modules/below": { version: versions["nearer"] },
    "node_modules/other": { version: versions["other"] },
  },
});
const versions = { used: "1.0.0", below: "2.0.0", nearer: "3.0.0", other: "4.0.0" };

describe("The hash of a service's program", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => {
    folder = makeFolder();
    write(
      "services/one/main.ts",
      'import { a } from "../../infra/a";\nimport "used/part";\nconsole.log(a);',
    );
    write("infra/a.ts", "export const a = 1;");
    write("infra/b.ts", "export const b = 1;");
    write("package-lock.json", JSON.stringify(lock(versions)));
  });
  afterEach(() => folder.remove());

  const write = (file: string, text: string) => {
    const full = path.join(folder.dir, file);
    fs.mkdirSync(path.dirname(full), { recursive: true });
    fs.writeFileSync(full, text);
  };

  const changedBy = async (...[file, text]: Parameters<typeof write>) => {
    const before = await hashProgram("one", folder.dir);
    write(file, text);
    return (await hashProgram("one", folder.dir)) !== before;
  };
  const locked = (changed: Partial<typeof versions>) =>
    changedBy("package-lock.json", JSON.stringify(lock({ ...versions, ...changed })));

  it("changes with what the program imports", async () => {
    assert.equal(await changedBy("infra/a.ts", "export const a = 2;"), true);
    assert.equal(await locked({ used: "1.0.1" }), true);
  });

  it("changes with a package below one that it imports, the one that Node finds", async () => {
    assert.equal(await locked({ nearer: "3.0.1" }), true);
    assert.equal(await locked({ nearer: "3.0.1", below: "2.0.1" }), false);
  });

  it("does not change with anything else", async () => {
    assert.equal(await changedBy("infra/b.ts", "export const b = 2;"), false);
    assert.equal(await changedBy("infra/a.ts", "/** One. */\nexport const a: number = 1;"), false);
    assert.equal(await locked({ other: "4.0.1" }), false);
  });

  it("is there for each of the platform's services", async () => {
    for (const name of ["git-notifier", "dataplane", "failback", "rollout-gate"])
      assert.match(await programHash(name), /^[0-9a-f]{16}$/);
  });
});
