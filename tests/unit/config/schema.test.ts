import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { guides } from "../../../infra/config/option";
import { components } from "../../../infra/components/registry";
import { environmentSchemasOf } from "../../../infra/config/schema";
import { schemaPath, schemaText, stackFileSchema } from "../../../infra/config/writeSchema";
import { diagnosticsOf, sound, soundAws, withRegion } from "./sample";

describe("the JSON schema of an environment's file", () => {
  it("is in step with the configuration's", async () => {
    assert.equal(readFileSync(schemaPath, "utf8"), await schemaText());
  });

  it("describes every option, and a guide says how to fix it", () => {
    const bare = Object.values(environmentSchemasOf(components)).flatMap((schema) =>
      undescribed(schema, "config"),
    );
    assert.deepEqual(bare, []);
  });

  it("agrees with the configuration on good and bad", () => {
    const schema = z.fromJSONSchema(stackFileSchema());
    const samples: [Record<string, unknown>, boolean][] = [
      [sound(), true],
      [withRegion({ weight: 3, zones: ["a"], node: { cpu: 2 } }), true],
      [{ ...sound(), federation: { failover: { profile: "steady" } } }, true],
      [{ ...sound(), traffic: { domain: "shop.example", ttlSeconds: 3600 } }, true],
      [{ ...sound(), traffic: { domain: "shop.example." } }, false],
      [{ ...sound(), traffic: { domain: "Shop.example" } }, false],
      [{ ...sound(), traffic: { ttlSeconds: 0 } }, false],
      [{ ...sound(), provider: "gcp" }, false],
      [{ ...sound(), regions: [] }, false],
      [{ ...sound(), regionz: [] }, false],
      [withRegion({ weight: -1 }), false],
      [withRegion({ zones: ["A"] }), false],
      [withRegion({ node: { cpus: 2 } }), false],
      [{ ...sound(), flags: { sdkKeyFile: "~/key" } }, true],
      [{ ...sound(), flags: { source: "launchdarkly" } }, false],
      [soundAws({}, { flags: { source: "launchdarkly" } }), true],
      [soundAws({}, { flags: {} }), false],
      [soundAws({}, { flags: { source: "launchdarkly", sdkKeyFile: "~/key" } }), false],
    ];
    for (const [raw, good] of samples) {
      const what = JSON.stringify(raw);
      assert.equal(diagnosticsOf(raw).length === 0, good, what);
      assert.equal(schema.safeParse(asFile(raw)).success, good, what);
    }
  });
});

function asFile(raw: Record<string, unknown>) {
  const own = Object.entries(raw).map(([key, value]) => [`meridian:${key}`, value] as const);
  return { encryptionsalt: "v1:abc", config: { "aws:region": "x", ...Object.fromEntries(own) } };
}

/** Paths of options without a description or a guide, wrappers looked through. */
function undescribed(schema: z.ZodType, path: string): string[] {
  const layers = unwrapped(schema);
  const whole =
    layers.some((layer) => layer.description) && layers.some((layer) => guides.has(layer));
  const inner = layers.at(-1)?.def as { shape?: Record<string, z.ZodType>; element?: z.ZodType };
  const children = Object.entries({
    ...inner.shape,
    ...(inner.element && { "[]": inner.element }),
  });
  return [
    ...(whole ? [] : [path]),
    ...children.flatMap(([key, child]) => undescribed(child, `${path}.${key}`)),
  ];
}

function unwrapped(schema: z.ZodType): z.ZodType[] {
  const { innerType } = schema.def as { innerType?: z.ZodType };
  return innerType === undefined ? [schema] : [schema, ...unwrapped(innerType)];
}
