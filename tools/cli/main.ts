import { Command, CommanderError, Option } from "commander";
import { CommandError } from "./errors";
import { isOnAws } from "./environmentFiles";

/** What a command is given beyond its own options. */
export interface Context {
  /** Aborted when the person asks to stop (Ctrl-C). */
  readonly signal: AbortSignal;
}

/**
 * The command line. Each command is loaded when it is called, so that none pays for another's libraries.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const context = interruptible();
  let code = 0;
  const run = (action: (context: Context) => Promise<number>) => async () => {
    code = await action(context);
  };
  const program = new Command("meridian")
    .description("One Kubernetes platform over several regions, on this machine or in the cloud.")
    .exitOverride();
  defineLifecycle(program, run);
  defineAws(program, run);
  defineQuestions(program, run);
  defineTraffic(program, run);
  defineProofs(program, run);
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    return report(error, context);
  }
}

type Run = (action: (context: Context) => Promise<number>) => () => Promise<void>;

const environmentArgument = [
  "[environment]",
  "environment, as in environments/Pulumi.<environment>.yaml",
] as const;
const json = () => new Option("--json", "for a program");

function defineLifecycle(program: Command, run: Run): void {
  program
    .command("up")
    .description("bring an environment up, or to what its configuration says now")
    .argument(...environmentArgument, "local")
    .option("--yes", "do not ask before data is lost")
    .option("--unlock", "on AWS: take away the lock of a run that was killed")
    .action((environment: string, { yes, unlock }: { yes?: boolean; unlock?: boolean }) =>
      run((context) =>
        isOnAws(environment)
          ? (require("./aws/up") as typeof import("./aws/up")).up(
              environment,
              { yes: yes === true, unlock: unlock === true },
              context,
            )
          : (require("./up") as typeof import("./up")).up(environment, context),
      )(),
    );
  program
    .command("preview")
    .description("show what `up` would change")
    .argument(...environmentArgument, "local")
    .action((environment: string) =>
      run((context) =>
        (isOnAws(environment)
          ? (require("./aws/up") as typeof import("./aws/up"))
          : (require("./up") as typeof import("./up"))
        ).preview(environment, context),
      )(),
    );
  program
    .command("destroy")
    .description("take an environment down and remove all that it has")
    .argument("<environment>", environmentArgument[1])
    .option("--yes", "do not ask")
    .action((environment: string, { yes }: { yes?: boolean }) =>
      run((context) =>
        (isOnAws(environment)
          ? (require("./aws/destroy") as typeof import("./aws/destroy"))
          : (require("./destroy") as typeof import("./destroy"))
        ).destroy(environment, yes === true, context),
      )(),
    );
  program
    .command("rebalance")
    .description("divide all replicas anew, for example after a lost region has returned")
    .argument(...environmentArgument, "local")
    .action((environment: string) =>
      run(() =>
        (require("./rebalance") as typeof import("./rebalance")).rebalanceReplicas(environment),
      )(),
    );
}

/** What only environments on AWS need. */
function defineAws(program: Command, run: Run): void {
  program
    .command("bootstrap")
    .description("make the bucket and the key for the state of an environment on AWS, or mend them")
    .argument("<environment>", environmentArgument[1])
    .addOption(json())
    .action((environment: string, options: { json?: boolean }) =>
      run(() =>
        (require("./aws/bootstrap") as typeof import("./aws/bootstrap")).bootstrap(
          environment,
          options.json === true,
        ),
      )(),
    );
  program
    .command("forget")
    .description(
      "take a region that is gone out of the state, without asking AWS for anything in it",
    )
    .argument("<environment>", environmentArgument[1])
    .argument("<region>", "region, no longer in the configuration")
    .option("--hub", "also when it houses the hub")
    .option("--yes", "do not ask")
    .action((environment: string, region: string, options: { hub?: boolean; yes?: boolean }) =>
      run((context) =>
        (require("./aws/forget") as typeof import("./aws/forget")).forget(
          environment,
          region,
          { hub: options.hub === true, yes: options.yes === true },
          context,
        ),
      )(),
    );
}

function defineQuestions(program: Command, run: Run): void {
  program
    .command("status")
    .description("show regions, federation and apps; exits 0 only when all is ready")
    .argument(...environmentArgument, "local")
    .addOption(json())
    .action((environment: string, options: { json?: boolean }) =>
      run(() =>
        (require("./status") as typeof import("./status")).status(
          environment,
          options.json === true,
        ),
      )(),
    );
  program
    .command("logs")
    .description("show the log of a component, or which there are")
    .argument("[component]", "name as `meridian logs` lists it")
    .option("-e, --environment <environment>", environmentArgument[1], "local")
    .option("-f, --follow", "go on as the log grows")
    .option("-n, --lines <number>", "how many of the last lines", "100")
    .action((component: string | undefined, options: LogOptions) =>
      run((context) =>
        (require("./logs") as typeof import("./logs")).logs(component, options, context),
      )(),
    );
  program
    .command("doctor")
    .description("check this machine: tools, disk, network of what `up` needs")
    .addOption(json())
    .action((options: { json?: boolean }) =>
      run(() => (require("./doctor") as typeof import("./doctor")).doctor(options.json === true))(),
    );
  program
    .command("env")
    .description('print shell variables for the Pulumi CLI and kubectl: eval "$(npx meridian env)"')
    .argument(...environmentArgument, "local")
    .action((environment: string) =>
      run(() => (require("./env") as typeof import("./env")).env(environment))(),
    );
}

/** Options of `logs`, as commander hands them over. */
export interface LogOptions {
  readonly environment: string;
  readonly follow?: boolean;
  readonly lines: string;
}

function defineTraffic(program: Command, run: Run): void {
  const environment = () =>
    new Option("-e, --environment <environment>", environmentArgument[1]).default("local");
  const from = () => new Option("--from <region>", "as a client beside this region");
  program
    .command("dig")
    .description("ask the platform's DNS for an app: which region answers, and why")
    .argument("<name>", "app, or its whole name")
    .addOption(from())
    .addOption(environment())
    .addOption(json())
    .action((name: string, options: { environment: string; from?: string; json?: boolean }) =>
      run(() =>
        (require("./dig") as typeof import("./dig")).dig(name, {
          ...options,
          json: options.json === true,
        }),
      )(),
    );
  program
    .command("curl")
    .description("send a request the whole way: DNS, gateway, pod")
    .argument("<target>", "app with or without a path, or a URL")
    .addOption(from())
    .addOption(environment())
    .option("-i, --include", "show the answer's headers too")
    .action((target: string, options: { environment: string; from?: string; include?: boolean }) =>
      run(() =>
        (require("./curl") as typeof import("./curl")).curl(target, {
          ...options,
          include: options.include === true,
        }),
      )(),
    );
  program
    .command("drain")
    .description("turn how much of its traffic a region takes, and back")
    .argument("<region>", "region")
    .option("--to <percent>", "what it takes then; 100 gives all of it back", "0")
    .option("--over <seconds>", "by even degrees over this time", "0")
    .addOption(environment())
    .action((region: string, options: { environment: string; to: string; over: string }) =>
      run((context) =>
        (require("./drain") as typeof import("./drain")).drain(region, options, context),
      )(),
    );
}

function defineProofs(program: Command, run: Run): void {
  program
    .command("bench")
    .description("measure the platform against its peers on this machine")
    .argument("[names...]", "benchmarks to run; default: all")
    .addOption(json())
    .option("--runs <number>", "runs of each measurement", "5")
    .action((names: string[], options: { json?: boolean; runs: string }) =>
      run(async (context) =>
        (require("../bench/index") as typeof import("../bench/index")).bench(
          names,
          options.json === true,
          Number(options.runs),
          context,
        ),
      )(),
    );
  program
    .command("soak")
    .description(
      "run random faults for a long time and write a dated report; resumes where it was cut short",
    )
    .option("--seed <number>", "seed of the faults", "1")
    .option("--rounds <number>", "how many faults", "100")
    .action((options: { seed: string; rounds: string }) =>
      run(async (context) =>
        (require("../soak/index") as typeof import("../soak/index")).soak(
          Number(options.seed),
          Number(options.rounds),
          context,
        ),
      )(),
    );
}

/** The first Ctrl-C asks to stop in good order, the second stops at once. */
function interruptible(): Context {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    console.error(
      "\nInterrupted: what is in the middle is finished first. Once more to stop at once.",
    );
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return { signal: controller.signal };
}

function report(error: unknown, { signal }: Context): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (signal.aborted) {
    console.error("Stopped. Run the same command again to finish.");
    return 130;
  }
  if (error instanceof CommandError || isExpected(error)) console.error((error as Error).message);
  else console.error(error);
  return 1;
}

/** Errors whose message is made for a person; any other is a mistake of ours and shows its stack. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && ["ConfigurationError", "ToolchainError"].includes(error.name);
}
