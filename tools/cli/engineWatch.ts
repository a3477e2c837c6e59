import type { EngineEvent } from "@pulumi/pulumi/automation";
import { CommandError } from "./errors";
import type { Context } from "./main";
import type { Stage } from "./progress";

/** On a terminal Ctrl-C reaches the engine by itself; a second signal would stop it at once. */
export function signalOption({ signal }: Context): { signal?: AbortSignal } {
  return process.stdin.isTTY ? {} : { signal };
}

const createSeconds = 30;

/** Follows the engine: progress, warnings, and the reason when it fails. */
export class EngineWatch {
  readonly warnings: string[] = [];
  private readonly errors: string[] = [];
  private readonly start = Date.now();
  private done = 0;

  constructor(
    private readonly stage: Stage,
    private readonly expected: number,
    /** Where to look next when it fails. */
    private readonly advice = "`npx meridian logs` has the logs, `npx meridian doctor` checks this machine.",
  ) {}

  readonly see = (event: EngineEvent): void => {
    if (event.resOutputsEvent) {
      this.done++;
      this.show(nameOf(event.resOutputsEvent.metadata.urn));
    }
    if (event.resourcePreEvent && event.resourcePreEvent.metadata.op !== "same") {
      this.show(nameOf(event.resourcePreEvent.metadata.urn));
    }
    const diagnostic = event.diagnosticEvent;
    if (diagnostic === undefined || diagnostic.ephemeral === true) return;
    const text = plain(diagnostic.message);
    if (diagnostic.severity === "error")
      this.errors.push(`${nameOf(diagnostic.urn ?? "")}: ${text}`);
    // The provider comes from the tool cache on purpose.
    else if (diagnostic.severity === "warning" && !text.includes("from $PATH")) {
      this.warnings.push(`! ${text}`);
    }
  };

  /** The engine's own report in place of the Automation API's transcript. */
  explain(error: unknown): unknown {
    if (this.errors.length === 0) return error;
    const unique = [...new Set(this.errors)].filter((text) => !text.endsWith("update failed"));
    const report = unique.map((text) => `  ${text}`).join("\n");
    return new CommandError(
      `The platform could not be brought up:\n${report}\nMend the cause and run the command again: it goes on from here. ` +
        this.advice,
    );
  }

  private show(name: string): void {
    const part = Math.min(this.done / Math.max(this.expected, 1), 0.98);
    const elapsed = Date.now() - this.start;
    const total = Math.max(part > 0.2 ? elapsed / part : createSeconds * 1000, elapsed);
    this.stage.update(
      `${this.done}/${Math.max(this.expected, this.done)} ${name}`,
      total - elapsed,
    );
  }
}

export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Diagnostics carry Pulumi's colour directives. */
function plain(text: string): string {
  return text.replaceAll(/<\{%[^%]*%\}>/g, "").trim();
}

/** What a run did, in words. */
export function describeChanges(changes: Record<string, number>): string {
  const words: Record<string, string> = {
    create: "made",
    update: "changed",
    replace: "replaced",
    delete: "removed",
  };
  const parts = Object.entries(words)
    .filter(([kind]) => (changes[kind] ?? 0) > 0)
    .map(([kind, word]) => `${changes[kind]} ${word}`);
  const same = changes["same"] ?? 0;
  return parts.length === 0
    ? `nothing changed, ${same} resources as planned`
    : `${parts.join(", ")}${same > 0 ? `, ${same} unchanged` : ""}`;
}
