import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { z } from "zod";
import { namespace } from "./file";
import { components } from "../components/registry";
import { repositoryRoot } from "../../toolchain/repositoryRoot";
import { environmentSchemasOf } from "./schema";

/** The schema by which an editor completes `environments/*.yaml`. */
export const schemaPath = join(repositoryRoot, "environments", "schema.json");

type JsonObject = Record<string, unknown>;

/**
 * The JSON schema of a whole stack file: strict for Meridian's options, open for Pulumi's own.
 * @param of the components whose options it describes. Default: those of the platform.
 */
export function stackFileSchema(of = components): JsonObject {
  const environments = Object.values(environmentSchemasOf(of)).map(configSchema);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "An environment of Meridian",
    type: "object",
    required: ["config"],
    properties: {
      // A single schema stays flat, because editors explain errors in a union poorly.
      config: environments.length === 1 ? environments[0] : { anyOf: environments },
    },
  };
}

function configSchema(schema: z.ZodObject): JsonObject {
  const { properties, required, description } = z.toJSONSchema(schema, { io: "input" });
  const own = Object.entries(properties ?? {}).map(([key, value]) => [namespace + key, value]);
  return {
    description,
    type: "object",
    properties: Object.fromEntries(own) as JsonObject,
    required: (required ?? []).map((key) => namespace + key),
    // Other namespaces belong to their providers; Meridian's has no other options.
    patternProperties: { [`^(?!${namespace}).+:`]: true },
    additionalProperties: false,
  };
}

/** The file's text in the formatter's style, so that both checks agree. */
export async function schemaText(): Promise<string> {
  const options = await resolveConfig(schemaPath);
  return format(JSON.stringify(stackFileSchema()), { ...options, filepath: schemaPath });
}

function current(): string | undefined {
  try {
    return readFileSync(schemaPath, "utf8");
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const text = await schemaText();
  if (!process.argv.includes("--check")) return writeFileSync(schemaPath, text);
  if (current() === text) return;
  console.error("environments/schema.json is stale. Run: npx tsx infra/config/writeSchema.ts");
  process.exitCode = 1;
}

if (require.main === module) void main();
