import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";

/** A connection, as far as it is looked at. */
export type Line = Pick<Socket, "bytesRead" | "destroy">;

/** Told of each connection that an agent makes. */
export interface LineWatcher {
  opened(line: Line): void;
  closed(line: Line, why: string): void;
}

/** Silence after which TCP asks whether the other side is still there, milliseconds: ten times, a second apart. */
const probeMs = 10_000;

/**
 * Connections that are told of. It also has certificates checked: the SDK's stream takes any, as its library for event streams does
 * unless it is given an agent.
 * @param url Where it connects to. Default: by HTTPS.
 */
export function watchedAgent(url: string | undefined, watcher: LineWatcher): http.Agent {
  const secure = !(url?.startsWith("http://") ?? false);
  const agent: http.Agent = secure
    ? new https.Agent({ keepAlive: false, rejectUnauthorized: true })
    : new http.Agent({ keepAlive: false });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const made = connect(options, callback);
    if (made) watch(made as Socket, watcher);
    return made;
  };
  return agent;
}

function watch(socket: Socket, watcher: LineWatcher): void {
  socket.once("connect", () => socket.setKeepAlive(true, probeMs));
  let why = "it was closed";
  socket.on("error", ({ message }) => (why = message));
  socket.on("close", () => watcher.closed(socket, why));
  watcher.opened(socket);
}
