import * as fs from "node:fs";

/** A socket that accepts connections or datagrams: listening TCP and Unix sockets, and UDP sockets without a peer. */
export type KernelSocket =
  | { readonly transport: "tcp" | "udp"; readonly address: string; readonly port: number }
  | { readonly transport: "unix"; readonly path: string };

const tcpListen = "0A";
const udpUnconnected = "07";
/** Flag of listening Unix sockets. */
const acceptsConnections = 0x10000;

/** Sockets of this machine by inode, from the kernel's tables. */
export function kernelSockets(): Map<string, KernelSocket> {
  return new Map([
    ...internetSockets("tcp", tcpListen),
    ...internetSockets("udp", udpUnconnected),
    ...unixSockets(),
  ]);
}

function internetSockets(transport: "tcp" | "udp", state: string): [string, KernelSocket][] {
  return [transport, `${transport}6`].flatMap((table) =>
    rowsOf(table).flatMap((row): [string, KernelSocket][] => {
      const [, local = "", , found, , , , , , inode = ""] = row.trim().split(/\s+/);
      if (found !== state) return [];
      const [address = "", port = ""] = local.split(":");
      return [[inode, { transport, address: addressOf(address), port: parseInt(port, 16) }]];
    }),
  );
}

function unixSockets(): [string, KernelSocket][] {
  return rowsOf("unix").flatMap((row): [string, KernelSocket][] => {
    const [, flags = "", inode = "", path = ""] =
      /^\S+ \S+ \S+ (\S+) \S+ \S+ +(\d+) ?(.*)$/.exec(row) ?? [];
    return (parseInt(flags, 16) & acceptsConnections) === 0
      ? []
      : [[inode, { transport: "unix", path }]];
  });
}

function rowsOf(table: string): string[] {
  const file = `/proc/net/${table}`;
  if (!fs.existsSync(file)) return [];
  return fs.readFileSync(file, "utf8").trimEnd().split("\n").slice(1);
}

/** The kernel formats addresses as words of four bytes, each with the lowest byte first. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join(".");
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255;
  if (mapped) return bytes.slice(12).join(".");
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  // The URL parser abbreviates the address.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

/** Whether an address is reachable only from this machine. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}
