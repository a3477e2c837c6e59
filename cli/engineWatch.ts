import type { EngineEvent, OpMap } from "@pulumi/pulumi/automation";
import { withShownPaths } from "../infra/config/shownPath";
import type { Diagnostic } from "../infra/config/types";
import { credentialDiagnostic } from "../infra/providers/aws/access/credentials";
import { nameOf } from "../operations/aws/deployment";
import { CommandError, diagnosticsError } from "../operations/errors";
import type { Context } from "../operations/context";
import { RunClock, type RunKind } from "../operations/runTimes/clock";
import type { Stage } from "./progress";

/** The engine's option by which a stop reaches it. */
export function signalOption({ engineSignal }: Context): { readonly signal: AbortSignal } {
  return { signal: engineSignal };
}

/** Observes the engine: progress, warnings, and the cause of a failure. */
export class EngineWatch {
  readonly warnings: string[] = [];
  /** Information from the program, e.g. the estimate of costs. */
  readonly notes: string[] = [];
  /** Number of resources per operation, set at the end of the run. */
  changes: OpMap = {};
  private readonly errors: EngineError[] = [];
  private readonly clock: RunClock;

  constructor(
    private readonly stage: Stage,
    run: RunKind,
    /** Advice for the next step after a failure. */
    private readonly advice = "`npx meridian logs` has the logs, `npx meridian doctor` checks this machine.",
    /** First line of an error report. */
    private readonly failure = "The platform could not be brought up",
  ) {
    this.clock = new RunClock(run);
    this.stage.update("", this.clock.left());
  }

  /** Ends a run that has succeeded: its times count for the next of its kind. */
  finish(): void {
    this.clock.finish();
  }

  readonly see = (event: EngineEvent): void => {
    if (event.summaryEvent) this.changes = event.summaryEvent.resourceChanges;
    if (event.resOutputsEvent) {
      this.clock.step();
      this.show(nameOf(event.resOutputsEvent.metadata.urn));
    }
    if (event.resourcePreEvent && event.resourcePreEvent.metadata.op !== "same") {
      this.show(nameOf(event.resourcePreEvent.metadata.urn));
    }
    const diagnostic = event.diagnosticEvent;
    if (diagnostic === undefined || diagnostic.ephemeral === true) return;
    const text = plain(diagnostic.message);
    if (text === "") return;
    const urn = diagnostic.urn ?? "";
    if (diagnostic.severity === "error") this.errors.push({ urn, text });
    else if (diagnostic.severity === "info") addOnce(this.notes, text);
    // The provider is found in $PATH on purpose: it comes from the tool cache.
    else if (diagnostic.severity === "warning" && !text.includes("from $PATH")) {
      addOnce(this.warnings, `! ${text}`);
    }
  };

  /** Whether an API server exceeded the engine's timeout: on a busy machine this is temporary. */
  get apiServerTimedOut(): boolean {
    return this.errors.some(({ text }) => text.includes("unable to load schema information"));
  }

  /** The engine's own report instead of the Automation API's transcript. */
  explain(error: unknown): unknown {
    const diagnostic = credentialDiagnosticOf(this.errors);
    if (diagnostic !== undefined) return diagnosticsError([diagnostic], "The account");
    const report = reportOf(this.errors);
    if (report === "") return error;
    // A report of the program itself already names the mistakes and their remedies.
    if (isWholeReport(report)) return new CommandError(report);
    return new CommandError(
      `${this.failure}:\n${indented(report)}\nFix the cause and re-run the command: it resumes from here. ` +
        this.advice,
    );
  }

  private show(name: string): void {
    const { done, expected } = this.clock;
    const count = expected === undefined ? done : `${done}/${expected}`;
    this.stage.update(`${count} ${name}`, this.clock.left());
  }
}

/**
 * A CommandError if another run of the engine holds the state, such as a `pulumi up` from a shell; otherwise the error itself.
 * @param advice What else to do. Default: nothing.
 */
export function explainHeldState(error: unknown, environment: string, advice = ""): unknown {
  const found = /locked by \d+ lock[\s\S]*?(created by[^\n]*)/.exec(String(error));
  if (found === null) return error;
  return new CommandError(
    `Another run holds the state of ${environment}: ${found[1]?.trim()}. Nothing was changed. Wait until it ends. ${advice}`.trim(),
  );
}

/** An error of the engine, and the resource that it concerns; an empty `urn`: the program's own error. */
interface EngineError {
  readonly urn: string;
  readonly text: string;
}

const stackType = "pulumi:pulumi:Stack";

/**
 * The diagnostic for invalid AWS credentials, if they made the run fail: the provider of each region reports it, in terms of
 * its own configuration. An error of any other resource is not about credentials, even if AWS denies access.
 */
function credentialDiagnosticOf(errors: readonly EngineError[]): Diagnostic | undefined {
  for (const { urn, text } of errors) {
    const diagnostic = urn.includes("::pulumi:providers:aws::")
      ? credentialDiagnostic(text)
      : undefined;
    if (diagnostic !== undefined) return diagnostic;
  }
  return undefined;
}

/** Each error once, prefixed with the name of its resource; lines that only state that there were errors are omitted. */
function reportOf(errors: readonly EngineError[]): string {
  const texts = errors.flatMap(({ urn, text }) => {
    if (/(update|preview|destroy|refresh) failed$/.test(text)) return [];
    return [urn === "" || urn.includes(`::${stackType}::`) ? text : `${nameOf(urn)}: ${text}`];
  });
  const unique = [...new Set(texts)];
  // The program's own report appears again within a longer text with its stack.
  return unique
    .filter((text) => !unique.some((one) => one !== text && text.includes(one)))
    .join("\n");
}

function isWholeReport(report: string): boolean {
  return /^\S+.* has (1 mistake|\d+ mistakes)\. Nothing was changed\./.test(report);
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}

function addOnce(list: string[], text: string): void {
  if (!list.includes(text)) list.push(text);
}

/** Diagnostics contain Pulumi's colour directives, and paths as the provider has them. */
function plain(text: string): string {
  return withShownPaths(text.replaceAll(/<\{%[^%]*%\}>/g, "").trim());
}

/** The changes of a run, as text. */
export function describeChanges(changes: Record<string, number>): string {
  const words: Record<string, string> = {
    create: "created",
    update: "changed",
    replace: "replaced",
    delete: "deleted",
  };
  const parts = Object.entries(words)
    .filter(([kind]) => (changes[kind] ?? 0) > 0)
    .map(([kind, word]) => `${changes[kind]} ${word}`);
  const same = changes["same"] ?? 0;
  return parts.length === 0
    ? `nothing changed, ${same} resources as planned`
    : `${parts.join(", ")}${same > 0 ? `, ${same} unchanged` : ""}`;
}
