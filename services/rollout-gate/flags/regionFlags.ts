import type { LDContext, LDSingleKindContext } from "launchdarkly-node-server-sdk";
import type { ReceivedFlag } from "../../../infra/components/rollouts/flags";
import { type Comparison, crossCheck } from "./crossCheck";
import type { Memories, Memory } from "./memory";
import { type Reading, readFlag } from "./percentage";
import type { Change, Update, Source } from "./source";
import type { Flags, KnownFlag } from "./types";

/** Dependencies of `RegionFlags`. */
export interface FlagParts {
  readonly source: Source;
  readonly memory: Pick<Memory, "write">;
  /** The states that are known until the source sends flags. */
  readonly remembered: Memories;
  /** The region's own context. */
  readonly region: LDSingleKindContext;
  /** Called for each flag whose data and evaluation do not agree. */
  readonly mismatch: (flag: string) => void;
}

type Entry = Pick<KnownFlag, "state" | "reason">;

/**
 * The flags of a region: read from the source's data whenever the data change, and cached for callers.
 *
 * A changed flag is unknown until the SDK has evaluated a sample and agrees. `off` applies at once.
 */
export class RegionFlags implements Flags {
  private entries: ReadonlyMap<string, Entry>;
  /** Number of received updates, and of those that have been read. */
  private come = 0;
  private read = 0;
  private reading = false;
  private toldFresh = false;
  private readonly listeners = new Set<() => void>();
  /** Completed comparisons: the flag's data at that time, and the result. */
  private readonly compared = new Map<string, { readonly text: string; readonly entry: Entry }>();

  constructor(private readonly parts: FlagParts) {
    this.entries = new Map(Object.entries(parts.remembered));
  }

  start(): void {
    this.parts.source.start((what) => this.heard(what));
  }

  close(): void {
    this.parts.source.close();
    this.listeners.clear();
  }

  known(flag: string): KnownFlag {
    const entry = this.entries.get(flag);
    if (this.isFresh())
      return {
        state: entry?.state,
        fresh: true,
        reason: entry?.reason ?? `there is no flag ${flag}`,
      };
    const { fresh, reason } = this.parts.source.hearing();
    const why = fresh ? "what has just been heard is being read" : reason;
    const last = entry === undefined ? "never heard of" : `when last heard: ${entry.reason}`;
    return { state: entry?.state, fresh: false, reason: `${why}; ${last}` };
  }

  /** All known flags, by name. */
  all(): Readonly<Record<string, KnownFlag>> {
    const names = [...this.entries.keys()].sort();
    return Object.fromEntries(names.map((name) => [name, this.known(name)]));
  }

  /** Reasons why this is not ready: neither has the source sent flags, nor are there remembered states. Empty: ready. */
  missing(): string[] {
    return this.read > 0 || this.entries.size > 0 ? [] : [this.parts.source.hearing().reason];
  }

  onChange(heard: () => void): () => void {
    this.listeners.add(heard);
    return () => this.listeners.delete(heard);
  }

  private heard(what: Change): void {
    if (what === "hearing") return this.ring();
    this.come += 1;
    void this.readAll();
  }

  /** Whether all updates have been read, and the source confirms that they are current. */
  private isFresh(): boolean {
    return this.read > 0 && this.read === this.come && this.parts.source.hearing().fresh;
  }

  private ring(): void {
    this.toldFresh = this.isFresh();
    for (const listener of [...this.listeners]) listener();
  }

  private async readAll(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    while (this.read !== this.come) {
      const heard = this.parts.source.heard();
      if (heard === undefined) break;
      await this.readOnce(heard, this.come);
    }
    this.reading = false;
  }

  /** Reads one update. Stops as soon as another update arrives: the caller then starts again. */
  private async readOnce(heard: Update, come: number): Promise<void> {
    const entries = new Map<string, Entry>();
    const open: [string, Reading][] = [];
    for (const [key, flag] of Object.entries(heard.flags)) {
      const reading = await this.readingOf(heard, key, flag);
      const entry = this.entryOf(key, flag, reading, come);
      if (entry === undefined) open.push([key, reading]);
      entries.set(key, entry ?? { state: undefined, reason: "its evaluation is being compared" });
    }
    if (come !== this.come) return;
    const before = this.entries;
    this.entries = entries;
    this.read = come;
    const news = differ(before, entries, new Set(open.map(([key]) => key)));
    if (news || this.isFresh() !== this.toldFresh) this.ring();
    for (const [key, reading] of open) {
      const comparison = await this.compare(heard, key, reading);
      if (come !== this.come) return;
      const entry = entryBy(reading, comparison);
      if (!comparison.agrees) this.parts.mismatch(key);
      entries.set(key, entry);
      this.compared.set(key, { text: comparedText(heard.flags[key], come), entry });
    }
    for (const key of [...this.compared.keys()]) if (!entries.has(key)) this.compared.delete(key);
    if (open.length > 0) this.ring();
    this.parts.memory.write(memories(entries));
  }

  /** Unexpected data make only this flag unknown, and stop nothing else. */
  private async readingOf(heard: Update, key: string, flag: ReceivedFlag): Promise<Reading> {
    try {
      return readFlag(key, flag, await heard.evaluate(key, this.parts.region));
    } catch (error) {
      return { state: undefined, reason: `${key} cannot be read: ${(error as Error).message}` };
    }
  }

  /**
   * The entry of a flag that needs no comparison, or has been compared before. A flag that is switched off is off, whatever a
   * sample would show.
   */
  private entryOf(
    key: string,
    flag: ReceivedFlag,
    { state, reason }: Reading,
    come: number,
  ): Entry | undefined {
    if (state === undefined || !flag.on) return { state, reason };
    const before = this.compared.get(key);
    return before?.text === comparedText(flag, come) ? before.entry : undefined;
  }

  private compare(heard: Update, key: string, reading: Reading): Promise<Comparison> {
    const value = (context: LDContext) =>
      heard.evaluate(key, context).then(
        (detail) => detail.value as unknown,
        () => undefined,
      );
    return crossCheck(value, this.parts.region, reading);
  }
}

function entryBy({ state, reason }: Reading, { agrees, found, read }: Comparison): Entry {
  if (agrees) return { state, reason };
  const sampled = `the SDK lets ${found} % of a sample through, not ${read} %`;
  return { state: undefined, reason: `${reason}; but ${sampled}` };
}

/** Whether any state has changed, apart from states that are not known yet. */
function differ(
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
  open: ReadonlySet<string>,
): boolean {
  const isNew = ([key, { state, reason }]: [string, Entry]) =>
    before.get(key)?.reason !== reason || before.get(key)?.state?.kind !== state?.kind;
  const gone = [...before.keys()].some((key) => !after.has(key));
  return gone || [...after].some((each) => !open.has(each[0]) && isNew(each));
}

/**
 * The data on which the result of a comparison depends. With segments and prerequisites that is more than the flag, so any update
 * counts.
 */
function comparedText(flag: ReceivedFlag | undefined, come: number): string {
  const text = JSON.stringify(flag);
  const { prerequisites = [] } = flag ?? {};
  return prerequisites.length > 0 || text.includes('"segmentMatch"') ? `${come} ${text}` : text;
}

function memories(entries: ReadonlyMap<string, Entry>): Memories {
  return Object.fromEntries(
    [...entries].flatMap(([key, { state, reason }]) =>
      state === undefined ? [] : [[key, { state, reason }]],
    ),
  );
}
