import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { formatFlagFile } from "../../infra/components/rollouts/flagFile";
import type { FlagFile } from "../../infra/components/rollouts/flags";
import { isExpected } from "../../operations/errors";
import { setFlag } from "../../cli/flag";
import { flagValue } from "../../cli/optionValues";
import { makeFolder } from "./folder";
import { printed } from "./printed";
import { noLaunchDarkly, setVariables } from "./variables";

/** An environment of this machine whose regions are missing. */
export const noRegions = "config:\n  meridian:provider: local\n  meridian:regions:\n";

/** One of two regions. */
export const twoRegions = `${noRegions}    - { name: eu-west-1 }\n    - { name: us-east-1 }\n`;

/** A folder with an environment "test" and its flags, where `meridian flag` finds it for one test. */
export class FlagFolder {
  private readonly folder = makeFolder();
  private readonly back = setVariables({
    ...noLaunchDarkly,
    MERIDIAN_ENVIRONMENTS: this.folder.dir,
  });

  constructor(
    private readonly app: string,
    flags: FlagFile["flags"],
  ) {
    fs.writeFileSync(this.file, formatFlagFile({ flags }));
  }

  get dir(): string {
    return this.folder.dir;
  }

  get file(): string {
    return path.join(this.dir, "flags.test.json");
  }

  get flags(): FlagFile["flags"] {
    return (JSON.parse(fs.readFileSync(this.file, "utf8")) as FlagFile).flags;
  }

  configure(text: string): void {
    fs.writeFileSync(path.join(this.dir, "Pulumi.test.yaml"), text);
  }

  /** What `meridian flag set` prints. */
  set(to: string, region?: string): Promise<string> {
    const options = { environment: "test", ...(region !== undefined && { region }) };
    return printed(() => setFlag(this.app, flagValue(to), options));
  }

  /** Expects a report for a person, and flags as they were. */
  async refused(act: () => Promise<unknown>, message: RegExp): Promise<void> {
    const before = fs.readFileSync(this.file, "utf8");
    await assert.rejects(printed(act), (error) => {
      assert.ok(isExpected(error));
      assert.match(error.message, message);
      return true;
    });
    assert.equal(fs.readFileSync(this.file, "utf8"), before);
  }

  remove(): void {
    this.back();
    this.folder.remove();
  }
}
