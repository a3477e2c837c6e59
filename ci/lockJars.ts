import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { versionOf } from "../infra/catalog/versions";
import { repositoryRoot } from "../infra/providers/local/instance";
import { sha256Of } from "../toolchain/hash";
import { runScript } from "./script";

const folder = path.join(repositoryRoot, "toolchain/maven/kafka");

/** `npm run lock:jars`: resolves the jars of Kafka with Maven, and writes their hashes into the lock file. */
async function main(): Promise<number> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "meridian-jars-"));
  try {
    const options = {
      "kafka.version": versionOf("kafka"),
      outputDirectory: scratch,
      includeScope: "runtime",
      "mdep.useRepositoryLayout": "true",
    };
    const flags = Object.entries(options).map(([name, value]) => `-D${name}=${value}`);
    const pom = path.join(folder, "pom.xml");
    execFileSync("mvn", ["-q", "-B", "-f", pom, ...flags, "dependency:copy-dependencies"], {
      stdio: "inherit",
    });
    const jars = fs
      .readdirSync(scratch, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".jar"))
      .sort();
    const lines = [];
    for (const jar of jars) lines.push(`${await sha256Of(path.join(scratch, jar))}  ${jar}\n`);
    fs.writeFileSync(path.join(folder, "jars.sum"), lines.join(""));
    console.log(`${jars.length} jars of Kafka ${versionOf("kafka")} are locked.`);
    return 0;
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

if (require.main === module) void runScript(main);
