import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject } from "ajv";
import { parseDocument } from "yaml";
import type { Diagnostic } from "../infra/config/types";
import { at, list, record } from "../infra/plan/kubeObject";
import { toolPath } from "../toolchain";

export const circleCiFile = ".circleci/config.yml";

/**
 * The mistakes in CircleCI's pipeline: in its syntax, in its fields by the published schema, and references to undefined names,
 * which the schema does not check.
 *
 * @throws ToolchainError if the schema is not in the tool cache.
 */
export function checkCircleCi(repository: string): Diagnostic[] {
  const document = parseDocument(readFileSync(join(repository, circleCiFile), "utf8"));
  if (document.errors.length > 0)
    return document.errors.map(({ message, linePos }) => ({
      path: circleCiFile,
      value: message.split("\n")[0] ?? "",
      expected: "YAML",
      remedy: "correct it",
      ...(linePos && { line: linePos[0].line }),
    }));
  const config: unknown = document.toJS();
  return [...schemaDiagnostics(config), ...danglingNames(config)];
}

function schemaDiagnostics(config: unknown): Diagnostic[] {
  const schema = JSON.parse(readFileSync(toolPath("circleci-schema"), "utf8")) as object;
  // Ajv's strict mode rejects the schema's editor keywords and unions of types.
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
    schema,
  );
  if (validate(config)) return [];
  // Every alternative reports why it does not match: keep only the errors at the deepest place.
  const errors = (validate.errors ?? []).filter(
    ({ keyword }) => !/^(if|oneOf|anyOf)$/.test(keyword),
  );
  const deepest = Math.max(...errors.map(depthOf));
  return errors
    .filter((error) => depthOf(error) === deepest)
    .map((error) => ({
      path: error.instancePath === "" ? "/" : error.instancePath,
      value: JSON.stringify(at(config, pathOf(error.instancePath)))?.slice(0, 80) ?? "(missing)",
      expected: [error.message, ...Object.values(error.params).map(String)].join(" "),
      remedy: "see https://circleci.com/docs/configuration-reference",
    }));
}

const depthOf = ({ instancePath }: ErrorObject): number => instancePath.split("/").length;

const pathOf = (pointer: string): string =>
  pointer
    .split("/")
    .slice(1)
    .map((step) => `[${step.replaceAll("~1", "/").replaceAll("~0", "~")}]`)
    .join("");

/** CircleCI's built-in steps. */
const builtIn = [
  ...["run", "checkout", "setup_remote_docker", "save_cache", "restore_cache", "deploy", "when"],
  ...[
    "store_artifacts",
    "store_test_results",
    "persist_to_workspace",
    "attach_workspace",
    "unless",
  ],
  "add_ssh_keys",
];

/** Jobs, executors and commands that are referenced but not defined. Orbs are not used, and therefore not supported. */
function danglingNames(config: unknown): Diagnostic[] {
  const names = (section: string) => Object.keys(record(at(config, section)));
  const diagnostics: Diagnostic[] = [];
  const expect = (path: string, value: string, known: readonly string[], what: string) => {
    if (known.includes(value)) return;
    const expected = `${what}: ${known.join(", ") || "there is none"}`;
    diagnostics.push({ path, value, expected, remedy: "correct the name, or add what it names" });
  };
  for (const section of ["jobs", "commands"]) {
    for (const [name, body] of Object.entries(record(at(config, section)))) {
      const executor = at(body, "executor.name") ?? at(body, "executor");
      if (typeof executor === "string")
        expect(`${section}.${name}.executor`, executor, names("executors"), "an executor");
      for (const step of stepsOf(at(body, "steps")))
        expect(`${section}.${name}.steps`, step, [...builtIn, ...names("commands")], "a step");
    }
  }
  for (const [name, workflow] of Object.entries(record(at(config, "workflows")))) {
    const jobs = list(at(workflow, "jobs")).flatMap(jobOf);
    const called = jobs.map(({ as }) => as);
    for (const { job, body } of jobs) {
      if (at(body, "type") !== "approval")
        expect(`workflows.${name}.jobs`, job, names("jobs"), "a job");
      for (const required of list(at(body, "requires")))
        expect(`workflows.${name}.jobs.${job}.requires`, String(required), called, "a job of it");
    }
  }
  return diagnostics;
}

/** Names of the steps, including those within `when` and `unless`. */
function stepsOf(steps: unknown): string[] {
  return list(steps).flatMap((step) => {
    if (typeof step === "string") return [step];
    return Object.entries(record(step)).flatMap(([name, body]) => [
      name,
      ...stepsOf(at(body, "steps")),
    ]);
  });
}

interface CalledJob {
  readonly job: string;
  /** The name by which other jobs require it. */
  readonly as: string;
  readonly body: unknown;
}

function jobOf(entry: unknown): CalledJob[] {
  if (typeof entry === "string") return [{ job: entry, as: entry, body: {} }];
  return Object.entries(record(entry)).map(([job, body]) => {
    const name = at(body, "name");
    return { job, as: typeof name === "string" ? name : job, body };
  });
}
