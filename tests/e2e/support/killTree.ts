import { execFileSync } from "node:child_process";

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function table(): Row[] {
  const text = execFileSync("ps", ["-ewwo", "pid=,ppid=,args="], { encoding: "utf8" });
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, parent, ...command] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), command: command.join(" ") };
    });
}

/** Kills a command with all it has started but the platform itself: as when its terminal is closed by force. */
export function killTree(pid: number): void {
  const rows = table();
  const doomed = [pid];
  for (const above of doomed) {
    doomed.push(...rows.filter(({ parent }) => parent === above).map((row) => row.pid));
  }
  for (const one of doomed) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // Ended by itself.
    }
  }
}

/** Kills the engine that this process runs now, with its providers. @returns false when there is none. */
export function killEngine(command: "up" | "destroy"): boolean {
  const engines = table().filter(
    (row) =>
      row.parent === process.pid &&
      /\bpulumi /.test(row.command) &&
      row.command.includes(` ${command} `),
  );
  engines.forEach(({ pid }) => killTree(pid));
  return engines.length > 0;
}
