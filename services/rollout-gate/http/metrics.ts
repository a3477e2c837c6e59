import { Counter, Gauge, Registry } from "prom-client";
import { percentageOf, type Verdict } from "../../../infra/components/rollouts/verdict";
import type { Source } from "../flags/source";
import type { KnownFlag } from "../flags/types";

/** Objects whose values are exposed as metrics. */
export interface Measured {
  readonly region: string;
  readonly source: Pick<Source, "hearing" | "silentSeconds">;
  readonly kept: { readonly count: number };
  readonly all: () => Readonly<Record<string, KnownFlag>>;
}

/** The gate's own metrics. */
export class GateMetrics {
  readonly registry = new Registry();
  private readonly verdicts = new Counter({
    name: "meridian_gate_verdicts_total",
    help: "Verdicts given, by kind.",
    labelNames: ["verdict"],
    registers: [this.registry],
  });
  private readonly refusals = new Counter({
    name: "meridian_gate_refusals_total",
    help: "Requests that were refused, by status code.",
    labelNames: ["code"],
    registers: [this.registry],
  });
  private readonly mismatches = new Counter({
    name: "meridian_gate_cross_check_mismatches_total",
    help: "Times that a flag's percentage was not what the SDK gave a sample of contexts.",
    labelNames: ["flag"],
    registers: [this.registry],
  });

  constructor({ region, source, kept, all }: Measured) {
    this.registry.setDefaultLabels({ region });
    for (const verdict of ["allowed", "hold", "killed"] satisfies Verdict[])
      this.verdicts.inc({ verdict }, 0);
    const registers = [this.registry];
    new Gauge({
      name: "meridian_gate_flags_fresh",
      help: "1 while the source of flags answers for what is known, 0 while nothing is let further.",
      registers,
      collect() {
        this.set(source.hearing().fresh ? 1 : 0);
      },
    });
    new Gauge({
      name: "meridian_gate_flags_last_heard_seconds",
      help: "Seconds since the source of flags last gave a sign of life; NaN: it never has.",
      registers,
      collect() {
        this.set(source.silentSeconds() ?? NaN);
      },
    });
    new Gauge({
      name: "meridian_gate_questions_kept",
      help: "Questions for verdicts that wait for an answer that is news.",
      registers,
      collect() {
        this.set(kept.count);
      },
    });
    new Gauge({
      name: "meridian_gate_flag_percentage",
      help: "How far a flag lets new versions go here, off being 0 and retired 100; absent while unknown.",
      labelNames: ["flag"],
      registers,
      collect() {
        this.reset();
        for (const [flag, known] of Object.entries(all())) {
          const percentage = percentageOf(known);
          if (percentage !== null) this.set({ flag }, percentage);
        }
      },
    });
  }

  verdict(verdict: Verdict): void {
    this.verdicts.inc({ verdict });
  }

  refused(code: number): void {
    this.refusals.inc({ code });
  }

  mismatch(flag: string): void {
    this.mismatches.inc({ flag });
  }
}
