import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { StreamSource } from "../../../../../services/rollout-gate/flags/streamSource";
import { makeFolder } from "../../../../support/folder";
import { TokenApi } from "../../../../support/tokenApi";
import { until } from "../../../../support/until";

describe("The connection to LaunchDarkly", () => {
  it("is not made to a server whose certificate nobody vouches for, so it gets no key", async () => {
    const folder = makeFolder();
    const sdkKeyFile = path.join(folder.dir, "key");
    fs.writeFileSync(sdkKeyFile, "sdk-secret");
    const impostor = await TokenApi.start();
    const { server } = impostor.api;
    const baseUrls = { stream: server, polling: server, events: server };
    const source = new StreamSource(
      { kind: "launchdarkly", sdkKeyFile, baseUrls },
      () => undefined,
    );
    source.start(() => undefined);
    try {
      await until("it is refused", () => /certificate/.test(source.hearing().reason));
      assert.equal(source.hearing().fresh, false);
      assert.deepEqual(impostor.asked, []);
    } finally {
      source.close();
      await impostor.leave();
      folder.remove();
    }
  });
});
