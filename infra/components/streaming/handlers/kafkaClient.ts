import { pathToFileURL } from "node:url";
import type { Connection } from "@platformatic/kafka";

export type Kafka = typeof import("@platformatic/kafka");

/** How a client reaches a cluster: any of the servers, as "host:port", with a client certificate. PEM. */
export interface KafkaAccess {
  readonly servers: readonly string[];
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

let loaded: Promise<Kafka> | undefined;

/**
 * The client library, with Node's own `import`: the loader of TypeScript would transpile its 300 files, which takes four seconds of
 * CPU. It is loaded on first use.
 * @param file its main file. Default: that of the clone.
 */
export function kafkaLibrary(file = kafkaLibraryFile()): Promise<Kafka> {
  const url = pathToFileURL(file).href;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  loaded ??= new Function("url", "return import(url)")(url) as Promise<Kafka>;
  return loaded;
}

/** Absolute path of the library's main file. */
export function kafkaLibraryFile(): string {
  return require.resolve("@platformatic/kafka");
}

/** Milliseconds until a server that does not answer counts as unreachable. */
const connectTimeout = 3000;

/**
 * Runs requests on a connection to one server of a cluster, and closes it.
 * @param library Default: that of the clone.
 * @throws the reason of the last server, if none can be reached.
 */
export async function withKafka<T>(
  access: KafkaAccess,
  requests: (connection: Connection, kafka: Kafka) => Promise<T>,
  library = kafkaLibrary(),
): Promise<T> {
  const kafka = await library;
  const connection = await connected(access, kafka);
  // With TLS 1.3, a server refuses a client's certificate after the client has connected.
  const broken = new Promise<never>((_, reject) => connection.on("error", reject));
  broken.catch(() => undefined);
  try {
    return await Promise.race([requests(connection, kafka), broken]);
  } finally {
    await Promise.resolve(connection.close()).catch(() => undefined);
  }
}

async function connected(access: KafkaAccess, kafka: Kafka): Promise<Connection> {
  const { authority: ca, certificate: cert, key, servers } = access;
  let reason: unknown;
  for (const server of servers) {
    const [host = "", port] = server.split(":");
    const connection = new kafka.Connection("meridian", {
      connectTimeout,
      tls: { ca, cert, key },
    });
    try {
      await connection.connect(host, Number(port));
      return connection;
    } catch (error) {
      reason = error;
      await Promise.resolve(connection.close()).catch(() => undefined);
    }
  }
  throw reason instanceof Error ? reason : new Error("the cluster has no servers");
}
