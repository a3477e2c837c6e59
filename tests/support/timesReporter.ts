import * as path from "node:path";
import * as Mocha from "mocha";
import { repositoryRoot } from "../../infra/providers/local/instance";
import { countFailure } from "./failures";
import { type FailedStep, type TierTimes, type TimedStep, writeTimes } from "../../ci/testTimes";

const { EVENT_HOOK_END, EVENT_RUN_END, EVENT_TEST_END, EVENT_TEST_FAIL, EVENT_TEST_PENDING } =
  Mocha.Runner.constants;

/** Of hooks that belong to no file, as those of a `--require`d module. */
const everyFile = "(all files)";

/** What the reporter is told by `--reporter-option`. */
interface Options {
  readonly reporterOptions?: { readonly tier?: string; readonly dir?: string };
}

/**
 * Mocha's own report, and a file with the times of every test, hook and file of a tier. Workers of a parallel run send
 * their events to the one reporter.
 */
export default class TimesReporter extends Mocha.reporters.Spec {
  /** By file, and in it by kind and title. */
  private readonly files = new Map<string, Map<string, TimedStep>>();
  private readonly skipped: string[] = [];
  private readonly failed: FailedStep[] = [];
  private readonly begun = Date.now();

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(EVENT_TEST_END, (test) => this.add("test", test));
    runner.on(EVENT_HOOK_END, (hook) => this.add("hook", hook));
    // A hook that fails does not end. What it took counts all the same.
    runner.on(EVENT_TEST_FAIL, (failed: Mocha.Runnable, error: Error) => {
      countFailure();
      // At once: a run that is cut off never comes to its report.
      console.log(`\n${error.stack ?? error.message}\n`);
      const [message = ""] = error.message.split("\n", 1);
      this.failed.push({ file: fileOf(failed), title: failed.fullTitle(), message });
      if ((failed as { type?: string }).type === "hook") this.add("hook", failed);
    });
    runner.on(EVENT_TEST_PENDING, (test) => this.skipped.push(test.fullTitle()));
    runner.on(EVENT_RUN_END, () => this.end((options as Options).reporterOptions ?? {}));
  }

  private add(kind: TimedStep["kind"], runnable: Mocha.Runnable): void {
    const file = fileOf(runnable);
    const steps = this.files.get(file) ?? new Map<string, TimedStep>();
    this.files.set(file, steps);
    // A hook before each test says before which.
    const title = runnable.fullTitle().replace(kind === "hook" ? / for ".*"$/s : /$^/, "");
    const key = `${kind} ${title}`;
    const before = steps.get(key)?.seconds ?? 0;
    steps.set(key, { title, kind, seconds: before + (runnable.duration ?? 0) / 1000 });
  }

  private end({ tier = "tests", dir }: NonNullable<Options["reporterOptions"]>): void {
    for (const title of this.skipped) console.log(`  SKIPPED: ${title}`);
    const { passes, failures, pending } = this.stats;
    const files = [...this.files].map(([file, found]) => {
      const steps = [...found.values()];
      const seconds = sum(steps);
      return {
        file,
        seconds,
        hookSeconds: sum(steps.filter(({ kind }) => kind === "hook")),
        steps,
      };
    });
    const times: TierTimes = {
      ...{ tier, seconds: (Date.now() - this.begun) / 1000 },
      ...{ passed: passes, failed: failures, skipped: pending },
      ...{ failures: this.failed, files },
    };
    writeTimes(times, dir);
  }
}

function fileOf({ file }: Mocha.Runnable): string {
  return file === undefined ? everyFile : path.relative(repositoryRoot, file);
}

function sum(steps: readonly TimedStep[]): number {
  return steps.reduce((total, { seconds }) => total + seconds, 0);
}
