import * as fs from "node:fs";
import * as path from "node:path";
import * as z from "zod";
import type { FlagState } from "../../../infra/components/rollouts/verdict";
import type { Log } from "./source";

/** The known state of a flag, without its freshness. */
export interface Remembered {
  readonly state: FlagState;
  readonly reason: string;
}

/** Remembered states by flag. */
export type Memories = Readonly<Record<string, Remembered>>;

const state = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("on"), percentage: z.number().min(0).max(100) }),
  z.object({ kind: z.literal("off") }),
  z.object({ kind: z.literal("retired") }),
]);

const content = z.object({
  version: z.literal(1),
  flags: z.record(z.string(), z.object({ state, reason: z.string() })),
});

/** Storage of a text that outlives the process. */
export interface Keeper {
  /** Description of the storage, for messages. */
  readonly place: string;
  /** Undefined: nothing has been stored yet. @throws if it cannot be read. */
  read(): Promise<string | undefined>;
  /** @throws if it cannot be written; the previous text is then retained. */
  write(text: string): Promise<void>;
}

/** The last known states. If the source sends nothing after a start, the last known `off` still applies. */
export class Memory {
  private written: string | undefined;
  private next: string | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly keeper: Keeper,
    private readonly log: Log,
  ) {}

  /** The stored states; empty if there are none, or if they cannot be read. */
  async read(): Promise<Memories> {
    try {
      const text = await this.keeper.read();
      return text === undefined ? {} : content.parse(JSON.parse(text)).flags;
    } catch (error) {
      const why = error instanceof z.ZodError ? "it has another form" : (error as Error).message;
      this.log(`${this.keeper.place} is ignored, as it cannot be read: ${why}`);
      return {};
    }
  }

  /** Writes in the background. Of several writes, the last one counts. A failure is logged, and retried with the next change. */
  write(flags: Memories): void {
    this.next = `${JSON.stringify({ version: 1, flags }, null, 2)}\n`;
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
  }

  /** Waits until all is written. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.next !== undefined && this.next !== this.written) {
      const text = this.next;
      try {
        await this.keeper.write(text);
        this.written = text;
      } catch (error) {
        this.log(`${this.keeper.place} cannot be written: ${(error as Error).message}`);
        return;
      }
    }
  }
}

/** A file that only its owner can read. Its folder is created if it does not exist. */
export function fileKeeper(file: string): Keeper {
  return {
    place: file,
    read: async () => {
      try {
        return await fs.promises.readFile(file, "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    write: (text) => replace(file, text),
  };
}

/** Replaces a file atomically. */
async function replace(file: string, text: string): Promise<void> {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.new`;
  await fs.promises.rm(draft, { force: true });
  await fs.promises.writeFile(draft, text, { mode: 0o600, flush: true });
  await fs.promises.rename(draft, file);
}
