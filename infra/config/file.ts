import { readFileSync } from "node:fs";
import {
  type Document,
  LineCounter,
  type Node,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
} from "yaml";
import { type Path, formatValue } from "./rawDiagnostic";
import { parseEnvironment } from "./parse";
import { ConfigurationError } from "./report";
import { shownPath } from "./shownPath";
import type { Environment, Diagnostic, RunOptions } from "./types";

/** Pulumi prefixes each option with the project's name. */
export const namespace = "meridian:";

/**
 * Reads an environment from its file, before an engine starts. Same checks as `readEnvironment`, with line numbers.
 *
 * @param path the file, e.g. "environments/Pulumi.local.yaml".
 * @param stack the environment's name.
 * @param run options of this run, which override the file's. Default: none.
 * @throws ConfigurationError with all diagnostics, also when the file is missing or is not YAML.
 */
export function readEnvironmentFile(
  path: string,
  stack: string,
  run: RunOptions = {},
): Environment {
  const lines = new LineCounter();
  // The library's own warnings would go to the terminal: they are diagnostics instead.
  const document = parseDocument(readText(path), { lineCounter: lines, logLevel: "error" });
  const unreadable = [...yamlDiagnostics(document), ...oddKeys(document, lines)];
  if (unreadable.length > 0) throw new ConfigurationError(unreadable, path);
  const config = configOf(document, path);
  const lineOf = (at: Path) =>
    Object.hasOwn(run, at[0] ?? "") ? undefined : findLine(document, at, lines);
  const result = parseEnvironment(stack, { ...ownOptions(config), ...run }, { lineOf });
  const diagnostics = [...bareKeys(config), ...(result.ok ? [] : result.diagnostics)];
  if (result.ok && diagnostics.length === 0) return result.environment;
  throw new ConfigurationError(diagnostics, path);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const value = code === "ENOENT" ? "(missing)" : `unreadable: ${code}`;
    throw new ConfigurationError(
      [
        {
          path: "(file)",
          value,
          expected: "a file of options",
          remedy: `Create ${shownPath(path)}.`,
        },
      ],
      path,
    );
  }
}

function yamlDiagnostics(document: Document): Diagnostic[] {
  return [...document.errors, ...document.warnings].map((error) => ({
    path: "(file)",
    // First line only: the following lines quote the file, which may contain a secret.
    value: error.message.split(" at line ")[0] ?? error.code,
    expected: "YAML",
    remedy: "Correct the line, or the one before it.",
    ...(error.linePos && { line: error.linePos[0].line }),
  }));
}

/** Keys that are lists or maps: the library would turn them into text. */
function oddKeys(document: Document, lines: LineCounter): Diagnostic[] {
  const found: Diagnostic[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return;
      const line = key.range == null ? undefined : lines.linePos(key.range[0]).line;
      found.push({
        path: "(file)",
        value: isSeq(key) ? "a list as a key" : "a map as a key",
        expected: "a text as the key",
        remedy: "Write a text before the colon, or quote it.",
        ...(line !== undefined && { line }),
      });
    },
  });
  return found;
}

function configOf(document: Document, path: string): Record<string, unknown> {
  const config = (toPlain(document, path) as { config?: unknown } | null)?.config;
  if (typeof config === "object" && config !== null && !Array.isArray(config))
    return config as Record<string, unknown>;
  const expected = "a map of options below config:";
  const remedy = "Write config: and below it meridian:provider: local and meridian:regions:.";
  throw new ConfigurationError(
    [{ path: "config", value: formatValue(config), expected, remedy }],
    path,
  );
}

/** Resolves aliases; the library rejects too many of them, or an alias to itself. */
function toPlain(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch {
    const remedy = "Write the values out.";
    throw new ConfigurationError(
      [{ path: "(file)", value: "aliases that do not resolve", expected: "plain YAML", remedy }],
      path,
    );
  }
}

function ownOptions(config: Record<string, unknown>): Record<string, unknown> {
  const own = Object.entries(config).filter(([key]) => key.startsWith(namespace));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(namespace.length), value]));
}

function bareKeys(config: Record<string, unknown>): Diagnostic[] {
  return Object.keys(config)
    .filter((key) => !key.includes(":"))
    .map((key) => ({
      path: `config.${key}`,
      value: "a key without a namespace",
      expected: `${namespace}<option>`,
      remedy: `Write ${namespace}${key}.`,
    }));
}

/** The line of a path, or of its nearest ancestor in the file. */
function findLine(document: Document, path: Path, lines: LineCounter): number | undefined {
  const [option, ...rest] = path;
  let offset: number | undefined;
  let node: unknown = document.contents;
  for (const key of ["config", `${namespace}${option ?? ""}`, ...rest]) {
    const [start, value] = step(node, key);
    if (start === undefined) break;
    offset = start;
    node = value;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

/** Start offset of a key or an element, and its value. */
function step(node: unknown, key: string | number): [number | undefined, unknown] {
  if (isSeq(node) && typeof key === "number") {
    const item = node.items[key] as Node | undefined;
    return [item?.range?.[0], item];
  }
  if (!isMap(node)) return [undefined, undefined];
  const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === key);
  return [(pair?.key as Node | undefined)?.range?.[0], pair?.value];
}
