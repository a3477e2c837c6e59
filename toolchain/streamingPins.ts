import { readFileSync } from "node:fs";
import path from "node:path";
import { readJarLock } from "./maven";
import { repositoryRoot } from "./repositoryRoot";
import { debian, kafka } from "./pinRows";
import type { ToolPin } from "./types";

/** Major version of Java: the least that Kafka's servers run on. */
const java = 17;

/** Later long-term releases, for distributions that no longer have that one. */
const javaReleases = [java, 21, 25];

const lock = path.join(repositoryRoot, "toolchain/maven/kafka/jars.sum");

/** Kafka's brokers and MirrorMaker, and the Java that they run on. */
export const streamingPins: readonly ToolPin[] = [
  {
    name: "java",
    version: String(java),
    only: "component",
    verify: { args: ["-version"] },
    sources: [
      {
        kind: "installed",
        program: "java",
        home: "JAVA_HOME",
        args: ["-version"],
        pattern: 'version "([0-9.]+)',
        least: java,
      },
      ...javaReleases.map((release) =>
        debian(`openjdk-${release}-jre-headless`, "java", {
          folder: `usr/lib/jvm/java-${release}-openjdk-$arch/bin`,
        }),
      ),
    ],
  },
  {
    name: "kafka",
    version: kafka,
    only: "component",
    sources: [{ kind: "maven", jars: readJarLock(readFileSync(lock, "utf8")) }],
  },
];
