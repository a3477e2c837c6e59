import {
  CST,
  type Document,
  Lexer,
  type LineCounter,
  type YAMLError,
  isCollection,
  isSeq,
  visit,
} from "yaml";
import type { Diagnostic } from "./types";

/** Errors of one key or value. The rest of the file is still read as it was meant. Every other error ends that. */
const local: ReadonlySet<YAMLError["code"]> = new Set([
  "ALIAS_PROPS",
  "BAD_ALIAS",
  "BAD_DQ_ESCAPE",
  "DUPLICATE_KEY",
  "MULTIPLE_ANCHORS",
  "MULTIPLE_TAGS",
  "TAG_RESOLVE_FAILED",
]);

/**
 * The mistakes of a file as YAML, in its order. Pure. After a mistake of the structure (an unclosed bracket or quote, a wrong indentation)
 * the parser misreads the rest: such a mistake is one diagnostic, at its cause, and the errors after it are left out.
 *
 * @param document The parsed text.
 * @param lines The counter that parsed it.
 */
export function syntaxDiagnostics(
  text: string,
  document: Document,
  lines: LineCounter,
): Diagnostic[] {
  const errors = [...document.errors, ...document.warnings];
  const broken = errors.filter(({ code }) => !local.has(code));
  const first = broken.sort((one, other) => one.pos[0] - other.pos[0])[0];
  if (first === undefined)
    return [...errors.map((error) => ofError(error, lines)), ...oddKeys(document, lines)];
  const cause = unclosed(text) ?? ofBroken(first);
  const before = errors.filter(({ code, pos }) => local.has(code) && pos[0] < cause.offset);
  return [
    ...before.map((error) => ofError(error, lines)),
    { ...fileMistake, ...cause.diagnostic, ...placeOf(cause.offset, lines) },
  ];
}

const fileMistake = { path: "(file)", expected: "YAML" } as const;

/** The cause of a broken structure. */
interface Cause {
  readonly offset: number;
  readonly diagnostic: Pick<Diagnostic, "value" | "remedy"> & Partial<Diagnostic>;
}

const closing: Readonly<Record<string, string>> = { "{": "}", "[": "]" };

/** The first bracket or quote that is not closed; the parser reports the place where it notices that, which may be the file's end. */
function unclosed(text: string): Cause | undefined {
  const open: { readonly bracket: string; readonly offset: number }[] = [];
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === "flow-map-start" || type === "flow-seq-start")
      open.push({ bracket: token, offset });
    else if (type === "flow-map-end" || type === "flow-seq-end") {
      const last = open.pop();
      if (last !== undefined && closing[last.bracket] !== token) return without(last);
    } else if (type === "flow-error-end") {
      const last = open.pop();
      if (last !== undefined) return without(last);
    } else if (type === "double-quoted-scalar" || type === "single-quoted-scalar") {
      const quote = token.charAt(0);
      if (token.length === 1 || !token.endsWith(quote)) return without({ bracket: quote, offset });
    }
    if (!markers.has(token)) offset += token.length;
  }
  return undefined;
}

/** Tokens of the lexer that are not in the text. */
const markers: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

function without({ bracket, offset }: { bracket: string; offset: number }): Cause {
  const end = closing[bracket] ?? bracket;
  const remedy = `Write ${end} where it ends.`;
  return {
    offset,
    diagnostic: { value: `${bracket} without its ${end}`, expected: `a closing ${end}`, remedy },
  };
}

const ownRemedy = "Correct the line, or the one before it.";

function ofBroken(error: YAMLError): Cause {
  return { offset: error.pos[0], diagnostic: { value: firstLine(error), remedy: ownRemedy } };
}

function ofError(error: YAMLError, lines: LineCounter): Diagnostic {
  const place = placeOf(error.pos[0], lines);
  return { ...fileMistake, value: firstLine(error), remedy: ownRemedy, ...place };
}

/** The following lines of the message quote the file, which may contain a secret. */
function firstLine(error: YAMLError): string {
  return error.message.split(" at line ")[0] ?? error.code;
}

/** Keys that are lists or maps: the library would turn them into text. */
function oddKeys(document: Document, lines: LineCounter): Diagnostic[] {
  const found: Diagnostic[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return;
      found.push({
        path: "(file)",
        value: isSeq(key) ? "a list as a key" : "a map as a key",
        expected: "a text as the key",
        remedy: "Write a text before the colon, or quote it.",
        ...(key.range != null && placeOf(key.range[0], lines)),
      });
    },
  });
  return found;
}

function placeOf(offset: number, lines: LineCounter): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
