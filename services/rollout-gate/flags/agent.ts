import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";

/** A connection, with the members that are used. */
export type Line = Pick<Socket, "bytesRead" | "destroy">;

/** Notified of each connection that an agent opens. */
export interface LineWatcher {
  opened(line: Line): void;
  closed(line: Line, why: string): void;
}

/** Idle time after which TCP sends keep-alive probes, milliseconds: ten probes, a second apart. */
const probeMs = 10_000;

/**
 * An agent that reports its connections. It also verifies certificates: the SDK's stream accepts any certificate, as its library
 * for event streams does without an agent.
 * @param url URL that it connects to. Default: HTTPS.
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
