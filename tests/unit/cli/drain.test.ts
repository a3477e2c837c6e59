import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import {
  readWeights,
  writeWeights,
  zonePath,
} from "../../../infra/components/dns/handlers/powerdnsServer";
import {
  type Instance,
  instanceOf,
  prepareInstance,
} from "../../../infra/providers/local/instance";
import { drain } from "../../../cli/drain";
import { CommandError } from "../../../operations/errors";
import { contextOf } from "../../support/context";
import { makeFolder } from "../../support/folder";
import { printed } from "../../support/printed";
import { setVariables } from "../../support/variables";

const regions = ["eu-west-1", "us-east-1", "ap-southeast-1"].map((name, i) => ({
  name,
  cidr: `10.${211 + i}.0.0/16`,
}));

describe("drain", () => {
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  let back: () => void;
  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", folder.dir);
    back = setVariables({ MERIDIAN_HOME: folder.dir });
  });
  afterEach(() => {
    back();
    folder.remove();
  });

  const up = (given: readonly { name: string; cidr?: string }[] = regions) => {
    prepareInstance(instance);
    const rows = given.map(({ name, cidr }) => `    - {name: ${name}, cidr: ${cidr}}\n`);
    fs.writeFileSync(
      instance.stackConfigFile,
      `config:\n  meridian:provider: local\n  meridian:regions:\n${rows.join("")}`,
    );
    const ports = { "gateway/http": 8080, "dns/dns": 5300 };
    fs.writeFileSync(instance.portsFile, JSON.stringify(ports));
  };
  let announced: Date[];
  const run = (region: string, to: string, over = "0", signal = new AbortController().signal) => {
    announced = [];
    const held = { announce: (until: Date) => void announced.push(until) };
    return drain(
      region,
      { environment: "test", to: Number(to), over: Number(over) },
      contextOf(signal),
      held,
    );
  };

  it("keeps what it is told, publishes it, and gives it back", async () => {
    up();
    const text = await printed(() => run("us-east-1", "40"));
    assert.deepEqual(readWeights(instance), { "us-east-1": 40 });
    assert.ok(fs.existsSync(zonePath(instance)));
    assert.match(text, /us-east-1 serves 40 % of its traffic; clients follow within 2 s/);
    assert.match(text, /`npx meridian drain us-east-1 --to 100` restores it/);
    assert.deepEqual(announced, []);
    const again = await printed(() => run("us-east-1", "100"));
    assert.deepEqual(readWeights(instance), {});
    assert.doesNotMatch(again, /restores it/);
  });

  it("goes by degrees, and stays at the one it has reached when it is cut short", async () => {
    up();
    const stop = new AbortController();
    const running = printed(() =>
      assert.rejects(run("us-east-1", "0", "4", stop.signal), { name: "AbortError" }),
    );
    assert.deepEqual(readWeights(instance), { "us-east-1": 75 });
    // Commands that wait for it learn when its last step is due.
    const dueMs = (announced[0]?.getTime() ?? 0) - Date.now();
    assert.ok(dueMs > 2000 && dueMs <= 3000, `${dueMs}`);
    stop.abort();
    await running;
    assert.deepEqual(readWeights(instance), { "us-east-1": 75 });
  });

  for (const [what, region, to, over, message] of [
    [
      "a region that is not there",
      "mars-1",
      "0",
      "0",
      "mars-1 is no region of this platform. There are: eu-west-1, us-east-1, ap-southeast-1.",
    ],
  ] as const)
    it(`refuses ${what}, and changes nothing`, async () => {
      up();
      await assert.rejects(run(region, to, over), new CommandError(message));
      assert.deepEqual(readWeights(instance), {});
      assert.ok(!fs.existsSync(zonePath(instance)));
    });

  it("lets no more than five be drained in part, be it on the way only", async () => {
    const seven = "abcdefg".split("").map((letter, i) => ({
      name: `r-${letter}`,
      cidr: `10.${211 + i}.0.0/16`,
    }));
    up(seven);
    const five = { "r-a": 1, "r-b": 2, "r-c": 3, "r-d": 4, "r-e": 5 };
    writeWeights(instance, five);
    const refusal = new CommandError(
      "r-a, r-b, r-c, r-d, r-e are drained in part already; no more than 5 can be at a time. Set one to 0 or 100 first.",
    );
    await assert.rejects(run("r-f", "50"), refusal);
    await assert.rejects(run("r-f", "0", "10"), refusal);
    assert.deepEqual(readWeights(instance), five);
    await printed(() => run("r-a", "99"));
    await printed(() => run("r-f", "0"));
    assert.deepEqual(readWeights(instance), { ...five, "r-a": 99, "r-f": 0 });
    await printed(() => run("r-f", "100", "1"));
    assert.deepEqual(readWeights(instance), { ...five, "r-a": 99 });
  });
});
