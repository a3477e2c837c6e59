import { readFileSync } from "node:fs";
import { type Document, LineCounter, type Node, isMap, isScalar, isSeq, parseDocument } from "yaml";
import { type Path, formatValue } from "./rawDiagnostic";
import { parseEnvironment } from "./parse";
import { ConfigurationError } from "./report";
import { shownPath } from "./shownPath";
import type { Environment, Diagnostic, RunOptions } from "./types";
import { syntaxDiagnostics } from "./yamlSyntax";

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
  const text = readText(path);
  const document = parseDocument(text, { lineCounter: lines, logLevel: "error" });
  const unreadable = syntaxDiagnostics(text, document, lines);
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
