import * as fs from "node:fs";
import * as path from "node:path";
import { FileDataSourceFactory, type LDClient, type LDOptions } from "launchdarkly-node-server-sdk";
import { heardBy, makeClient } from "./client";
import { fileDiagnostic } from "./fileFormat";
import type { Change, Hearing, Log, Source } from "./source";
import { HeardStore } from "./store";

type DataSourceMaker = Extract<LDOptions["updateProcessor"], (...parts: never[]) => unknown>;
type Feed = Parameters<DataSourceMaker>;

/** Looked at even when nothing was heard, milliseconds: a file system may not tell. */
const lookMs = 100;

/**
 * Flags from a file, read by the SDK's own reader.
 *
 * When to read is decided here. The SDK's `autoUpdate` watches the file that had the name when it began, so it is deaf after the
 * first replacement by rename; once the file is gone, it ends the process (a rejection that nobody handles); what could not be
 * parsed is known only from its log. Here the folder is watched and the file compared with what was read last, and a
 * reader of the SDK's is begun for each new text, with the very text that was found to be whole.
 */
export class FileSource implements Source {
  private readonly store: HeardStore;
  private readonly client: LDClient;
  private readonly watched: string;
  private feed: Feed | undefined;
  private changed: (what: Change) => void = () => undefined;
  private told: Hearing = { fresh: false, reason: "nothing has been read yet" };
  /** What was taken last, good or bad. */
  private text: string | undefined;
  private heardAt: number | undefined;
  private looking = false;
  private again = false;
  private timer: NodeJS.Timeout | undefined;
  private watcher: fs.FSWatcher | undefined;

  constructor(
    private readonly file: string,
    private readonly log: Log,
  ) {
    this.watched = path.dirname(file);
    this.store = new HeardStore(() => this.taken());
    const updateProcessor: DataSourceMaker = (...feed) => {
      this.feed = feed;
      const nothing = () => undefined;
      return { start: nothing, stop: nothing, close: nothing };
    };
    // Not offline: that would take all flags for off. Nothing is asked of the network all the same.
    this.client = makeClient("file", this.store, log, { updateProcessor });
  }

  hearing = () => this.told;
  heard = () => (this.heardAt === undefined ? undefined : heardBy(this.client, this.store));

  silentSeconds(): number | undefined {
    return this.heardAt === undefined ? undefined : (performance.now() - this.heardAt) / 1000;
  }

  start(changed: (what: Change) => void): void {
    this.changed = changed;
    this.watch();
    this.timer = setInterval(() => void this.look(), lookMs);
    void this.look();
  }

  close(): void {
    this.changed = () => undefined;
    clearInterval(this.timer);
    this.watcher?.close();
    this.client.close();
  }

  /** A folder that is replaced is found by the looks alone. */
  private watch(): void {
    try {
      this.watcher = fs.watch(this.watched, () => void this.look());
      this.watcher.on("error", () => this.watcher?.close());
    } catch (error) {
      this.log(`${this.watched} cannot be watched, only looked at: ${(error as Error).message}`);
    }
  }

  /** One look at a time; what is heard during one is looked at after it. */
  private async look(): Promise<void> {
    if (this.looking) {
      this.again = true;
      return;
    }
    this.looking = true;
    do {
      this.again = false;
      await this.read();
    } while (this.again);
    this.looking = false;
  }

  private async read(): Promise<void> {
    let text: string;
    try {
      text = await fs.promises.readFile(this.file, "utf8");
    } catch (error) {
      this.text = undefined;
      const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
      return this.tell({ fresh: false, reason: `${this.file} cannot be read: ${code}` });
    }
    if (text === this.text) {
      if (this.told.fresh) this.heardAt = performance.now();
      return;
    }
    this.text = text;
    const diagnostic = fileDiagnostic(text);
    if (diagnostic === undefined) this.take(text);
    else this.tell({ fresh: false, reason: `${this.file} is not whole: ${diagnostic}` });
  }

  /** Hands a text to the SDK's reader, as if it had read it. */
  private take(text: string): void {
    if (this.feed === undefined) throw new Error("the SDK has not asked for a data source");
    const [{ basicConfiguration, platform }, updates, ready] = this.feed;
    const fileSystem = {
      readFile: () => Promise.resolve(text),
      getFileTimestamp: () => Promise.resolve(0),
      watch: () => ({ close: () => undefined }),
    };
    const failed = (error: Error) =>
      this.tell({ fresh: false, reason: `${this.file} is not taken by the SDK: ${error.message}` });
    new FileDataSourceFactory({ paths: [this.file], autoUpdate: false })
      .getFactory()(
        { basicConfiguration, platform: { ...platform, fileSystem } },
        // The reader only ever calls `init`, which is what this has.
        updates as never,
        ready,
        failed,
      )
      .start();
  }

  /** The store has what the file says. */
  private taken(): void {
    this.heardAt = performance.now();
    const stale = !this.told.fresh;
    this.told = { fresh: true, reason: this.file };
    if (stale) this.log(`flags are as ${this.file} says`);
    this.changed("data");
  }

  private tell(hearing: Hearing): void {
    if (this.told.fresh === hearing.fresh && this.told.reason === hearing.reason) return;
    this.told = hearing;
    this.log(hearing.reason);
    this.changed("hearing");
  }
}
