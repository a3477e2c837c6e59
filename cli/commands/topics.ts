import { type Command, Option } from "commander";
import type { TopicOptions } from "../topic";
import { environmentArgument, json, localOnly, type Run } from "./shared";

/** Commands that show the topics of Kafka. */
export function defineTopics(program: Command, run: Run): void {
  const topic = program.command("topic").description(`show the topics of Kafka ${localOnly}`);
  const common = (command: Command) =>
    command
      .addOption(
        new Option("-e, --environment <environment>", environmentArgument[1]).default("local"),
      )
      .addOption(json());
  const load = () => require("../topic") as typeof import("../topic");
  common(
    topic.command("list").description("list the topics: partitions, who uses them, records"),
  ).action((options: TopicOptions) => run(() => load().listTopics(options))());
  common(
    topic
      .command("describe")
      .description("show a topic in each region: replicas, copies, consumer groups")
      .argument("<topic>", "topic"),
  ).action((name: string, options: TopicOptions) =>
    run(() => load().describeTopic(name, options))(),
  );
}
