/** The document of this process's command, once `startDocument` was called. */
interface Started {
  readonly head: { readonly command: string; readonly environment?: string };
  fields: object;
  /** Writes to standard output. */
  readonly write: (text: string) => void;
  /** Ends the redirection of standard output. */
  readonly restore: () => void;
}

let started: Started | undefined;

/**
 * Begins the document of a `--json` command. From now on standard output carries only this document: text for a person goes to standard
 * error, and no question is asked.
 * @param command As typed, without its arguments, e.g. "region lose".
 */
export function startDocument(command: string, environment?: string): void {
  const { stdout, stderr } = process;
  const own = Object.getOwnPropertyDescriptor(stdout, "write");
  const write = stdout.write.bind(stdout);
  started = {
    head: { command, ...(environment !== undefined && { environment }) },
    fields: {},
    write: (text) => void write(text),
    restore: () => {
      if (own === undefined) Reflect.deleteProperty(stdout, "write");
      else Object.defineProperty(stdout, "write", own);
    },
  };
  stdout.write = stderr.write.bind(stderr);
}

/** Whether the command prints one JSON document. */
export function printsDocument(): boolean {
  return started !== undefined;
}

/**
 * Adds fields to the document; without `--json` it does nothing. A failed command's document has the fields that were added before the
 * failure.
 */
export function addToDocument<T extends object>(fields: Partial<T>): void {
  if (started !== undefined) started.fields = { ...started.fields, ...fields };
}

/** Prints the document of a command that succeeded; without `--json` it does nothing. */
export function finishDocument(): void {
  if (started === undefined) return;
  started.write(textOf({ ok: true, ...started.head, ...started.fields }));
  restore();
}

/** Prints the document of a command that failed. @param command Used if the command has not begun a document. */
export function failDocument(
  command: string,
  failure: { readonly error: object; readonly diagnostics: readonly object[] },
): void {
  const { head, fields, write } = started ?? {
    head: { command },
    fields: {},
    write: (text: string) => void process.stdout.write(text),
  };
  write(textOf({ ok: false, ...head, ...failure, ...fields }));
  restore();
}

/** The stream for text that a person reads. */
export function personStream(): NodeJS.WriteStream {
  return started === undefined ? process.stdout : process.stderr;
}

function restore(): void {
  started?.restore();
  started = undefined;
}

function textOf(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
