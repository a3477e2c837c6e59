import * as fs from "node:fs";
import * as path from "node:path";
import { FileDataSourceFactory, type LDClient, type LDOptions } from "launchdarkly-node-server-sdk";
import { heardBy, makeClient } from "./client";
import { fileDiagnostic } from "./fileFormat";
import type { Change, Hearing, Log, Source } from "./source";
import { ReceivedStore } from "./store";

type DataSourceMaker = Extract<LDOptions["updateProcessor"], (...parts: never[]) => unknown>;
type Feed = Parameters<DataSourceMaker>;

/** Polling interval without a notification, milliseconds: a file system may send none. */
const pollMs = 100;

/**
 * Flags from a file, read by the SDK's own reader.
 *
 * This class decides when to read. The SDK's `autoUpdate` watches the file that had the name at the start, so it misses all
 * changes after the first replacement by rename. Once the file is deleted, it ends the process (an unhandled rejection). It
 * reports a file that cannot be parsed only in its log. This class watches the folder, compares the file with the text that was
 * read last, and starts a reader of the SDK for each new text, with exactly the text that was validated.
 */
export class FileSource implements Source {
  private readonly store: ReceivedStore;
  private readonly client: LDClient;
  private readonly watched: string;
  private feed: Feed | undefined;
  private changed: (what: Change) => void = () => undefined;
  private told: Hearing = { fresh: false, reason: "nothing has been read yet" };
  /** The text that was read last, valid or not. */
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
    this.store = new ReceivedStore(() => this.taken());
    const updateProcessor: DataSourceMaker = (...feed) => {
      this.feed = feed;
      const nothing = () => undefined;
      return { start: nothing, stop: nothing, close: nothing };
    };
    // Not offline: the SDK would treat all flags as off. It sends no network requests anyway.
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
    this.timer = setInterval(() => void this.look(), pollMs);
    void this.look();
  }

  close(): void {
    this.changed = () => undefined;
    clearInterval(this.timer);
    this.watcher?.close();
    this.client.close();
  }

  /** Only polling detects a folder that is replaced. */
  private watch(): void {
    try {
      this.watcher = fs.watch(this.watched, () => void this.look());
      this.watcher.on("error", () => this.watcher?.close());
    } catch (error) {
      this.log(`${this.watched} cannot be watched, only looked at: ${(error as Error).message}`);
    }
  }

  /** One check at a time. A notification during a check causes another one after it. */
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

  /** Passes a text to the SDK's reader, as if the reader had read it. */
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
        // The reader only calls `init`, which this object has.
        updates as never,
        ready,
        failed,
      )
      .start();
  }

  /** The store contains the flags of the file. */
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
