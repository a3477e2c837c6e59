import * as fs from "node:fs";
import * as path from "node:path";
import * as z from "zod";
import type { FlagState } from "../../../infra/components/rollouts/verdict";
import type { Log } from "./source";

/** What is known of a flag, apart from whether it is still so. */
export interface Remembered {
  readonly state: FlagState;
  readonly reason: string;
}

/** By flag. */
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

/** Where a text outlives the process. */
export interface Keeper {
  /** Where that is, for a person. */
  readonly place: string;
  /** Undefined: nothing has been kept yet. @throws when it cannot be read. */
  read(): Promise<string | undefined>;
  /** @throws when it cannot be written; then what was kept before is still there. */
  write(text: string): Promise<void>;
}

/** The last known states: what was off stays off while the process starts and nobody has been heard yet. */
export class Memory {
  private written: string | undefined;
  private next: string | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly keeper: Keeper,
    private readonly log: Log,
  ) {}

  /** Nothing when nothing was kept, or nothing that can be read. */
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

  /** Writes in the background; of several the last one counts. A failure is told, and tried again with the next change. */
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

/** A file, readable by its owner only. Its folder is made if there is none. */
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

/** Never half a file, whatever happens in between. */
async function replace(file: string, text: string): Promise<void> {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.new`;
  await fs.promises.rm(draft, { force: true });
  await fs.promises.writeFile(draft, text, { mode: 0o600, flush: true });
  await fs.promises.rename(draft, file);
}
