import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";

const version = "1.2.0";

/** Strimzi's model of its API, and the generator of its CustomResourceDefinitions, which brings what both need. */
const jars = {
  "crd-generator": "76bb2430e702a1e6a24c071d26c865d5e9572cbc630d176d3b912033ae23ed00",
  api: "566961ae5e5646a001ae91312beda5cba3a5d467e740e205e1b761754335fe4e",
} as const;

/** The generator's classes need this version of Java. */
const leastJava = 21;

const models = {
  Kafka: "kafka.Kafka",
  KafkaNodePool: "nodepool.KafkaNodePool",
  KafkaTopic: "topic.KafkaTopic",
  KafkaUser: "user.KafkaUser",
  KafkaMirrorMaker2: "mirrormaker2.KafkaMirrorMaker2",
} as const;

/** A CustomResourceDefinition. */
export interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly { readonly name: string }[];
  };
}

/**
 * Strimzi's own CustomResourceDefinitions, generated from its published classes.
 * @returns undefined without Java, or without the files and a way to get them; `reason` gets the cause.
 */
export function strimziDefinitions(
  folder: string,
  reason: (text: string) => void,
): readonly Definition[] | undefined {
  const java = findJava();
  if (java === undefined) {
    reason(`Java ${leastJava} or later is not installed`);
    return undefined;
  }
  const files = Object.entries(jars).map(([name, sha256]) => jarOf(name, sha256));
  if (files.some((file) => file === undefined)) {
    reason(`io.strimzi ${version} is not in the local Maven repository and could not be added`);
    return undefined;
  }
  const outputs = Object.entries(models).map(
    ([kind, model]) => `io.strimzi.api.kafka.model.${model}=${path.join(folder, `${kind}.yaml`)}`,
  );
  const main = ["io.strimzi.crdgenerator.CrdGenerator", "--yaml", ...outputs];
  execFileSync(java, ["-cp", files.join(path.delimiter), ...main], { stdio: "pipe" });
  return Object.keys(models).map(
    (kind) => parse(fs.readFileSync(path.join(folder, `${kind}.yaml`), "utf8")) as Definition,
  );
}

/** Path of a jar in the local Maven repository, to which Maven adds it if it can. @throws if its hash is another. */
function jarOf(name: string, sha256: string): string | undefined {
  const folder = path.join(os.homedir(), ".m2", "repository", "io", "strimzi", name, version);
  const file = path.join(folder, `${name}-${version}.jar`);
  if (!fs.existsSync(file))
    spawnSync(
      "mvn",
      [
        "-q",
        "-B",
        "dependency:get",
        "-Dtransitive=false",
        `-Dartifact=io.strimzi:${name}:${version}`,
      ],
      { stdio: "ignore", timeout: 120_000 },
    );
  if (!fs.existsSync(file)) return undefined;
  const found = createHash("sha256").update(fs.readFileSync(file)).digest("hex");
  if (found !== sha256)
    throw new Error(`${file} has the sha256 ${found}, expected ${sha256}. Delete it and re-run.`);
  return file;
}

/** The first Java of `JAVA_HOME`, of the path and of Debian's folder that is new enough. */
function findJava(): string | undefined {
  const home = process.env["JAVA_HOME"];
  const debian = "/usr/lib/jvm";
  const installed = fs.existsSync(debian) ? fs.readdirSync(debian) : [];
  return [
    ...(home === undefined ? [] : [path.join(home, "bin", "java")]),
    "java",
    ...installed.map((name) => path.join(debian, name, "bin", "java")),
  ].find((java) => majorOf(java) >= leastJava);
}

/** 0 if it cannot be run. */
function majorOf(java: string): number {
  const { stderr } = spawnSync(java, ["-version"], { encoding: "utf8" });
  return Number(/version "(\d+)/.exec(stderr ?? "")?.[1] ?? 0);
}
