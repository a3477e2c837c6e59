import { Command } from "commander";
import { defineAws } from "./commands/aws";
import { defineFlags } from "./commands/flags";
import { defineInspect } from "./commands/inspect";
import { defineLifecycle } from "./commands/lifecycle";
import { defineMaintain } from "./commands/maintain";
import { defineRegions } from "./commands/regions";
import { defineReleases } from "./commands/releases";
import type { Run } from "./commands/shared";
import { defineShell } from "./commands/shell";
import { defineTopics } from "./commands/topics";
import { defineTraffic } from "./commands/traffic";
import { defineVersion } from "./version";

/** All commands. Each is loaded when it is called, so that no command loads the libraries of another. */
export function createProgram(run: Run): Command {
  const program = new Command("meridian")
    .description("One Kubernetes platform over several regions, on this machine or in the cloud.")
    .exitOverride();
  defineVersion(program);
  defineLifecycle(program, run);
  defineAws(program, run);
  defineInspect(program, run);
  defineReleases(program, run);
  defineFlags(program, run);
  defineTraffic(program, run);
  defineRegions(program, run);
  defineTopics(program, run);
  defineMaintain(program, run);
  defineShell(program, run);
  return program;
}
