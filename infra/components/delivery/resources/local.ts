import { argocdPorts, argocdServiceNames } from "../component";
import { argocdNamespace } from "../names";
import * as fs from "node:fs";
import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { repositoryRoot, serviceDir } from "../../../providers/local/instance";
import { askPassSocket, redisAddress, redisSocket } from "../../../providers/local/sockets";
import { type Polling, pollJitter, syncTimeoutSeconds } from "../manifests/argocd";
import { toolPath } from "../../../../toolchain";
import type { LocalCluster } from "../../../providers/local/resources/cluster";
import { ServingCertificate } from "../../../resources/servingCertificate";
import { LocalService } from "../../../providers/local/resources/service";
import type { LocalContext } from "../../../providers/local/resources/types";

export interface LocalArgocdArgs {
  readonly context: LocalContext;
  readonly hub: LocalCluster;
  readonly delivery: Polling;
  /** Settings and custom resources that Argo CD reads at startup. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/** Starts Argo CD on this machine against the hub: its cache, repo server, two controllers and API server with the UI. */
export function startArgocd(args: LocalArgocdArgs): void {
  const { context, hub, delivery } = args;
  const port = (name: string) => context.ports[name] ?? 0;
  const shared = new ServingCertificate(
    `${repoServerName}-tls`,
    { name: repoServerName, hosts: ["127.0.0.1"], mutual: true },
    { parent: hub },
  );
  const start = (process: Process, dependsOn: readonly pulumi.Resource[]) =>
    new LocalService(
      process.name,
      {
        context,
        command: process.command,
        variables: process.variables,
        files: process.kubeconfig === false ? {} : filesOf(hub, shared),
        ports: process.ports,
        ...(process.readyUrl === undefined ? {} : { readyUrl: process.readyUrl }),
      },
      { parent: hub, dependsOn: [...dependsOn] },
    );
  start(redis(context), []);
  const repo = start(repoServer(context, delivery, port), args.dependsOn);
  const controllers = [applicationController, applicationSetController].map((describe) =>
    start(describe(context, delivery, port), [...args.dependsOn, repo]),
  );
  // Last and without a readyUrl: it takes no part in deployments, so nothing waits for it.
  start(server(context, port), controllers);
}

const repoServerName = "argocd-repo-server";

/**
 * Certificate, key and CA in the folder of each process. The repo server reads any git repository that this user may read, so it
 * accepts only clients with the same certificate. Argo CD expects the first two in a folder of this name.
 */
const tlsFiles = {
  certificate: "reposerver/tls/tls.crt",
  key: "reposerver/tls/tls.key",
  authority: "reposerver/tls/ca.crt",
} as const;

function filesOf(hub: LocalCluster, shared: ServingCertificate) {
  return {
    kubeconfig: hub.kubeconfig,
    [tlsFiles.certificate]: shared.certificate,
    [tlsFiles.key]: shared.key,
    [tlsFiles.authority]: shared.authority,
  };
}

/** Flags of the repo server's clients. */
function repoServerFlags(context: LocalContext, name: string): string[] {
  const file = (of: keyof typeof tlsFiles) =>
    path.join(serviceDir(context.instance, name), tlsFiles[of]);
  return [
    `--repo-server-ca-cert-path=${file("authority")}`,
    `--repo-server-client-cert-path=${file("certificate")}`,
    `--repo-server-client-cert-key-path=${file("key")}`,
  ];
}

interface Process {
  readonly name: string;
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  readonly readyUrl?: string;
  /** Whether it connects to the hub. Default: true. */
  readonly kubeconfig?: boolean;
}

type PortOf = (name: string) => number;

function redis({ instance }: LocalContext): Process {
  const name = argocdServiceNames.redis;
  return {
    name,
    command: [
      toolPath("redis-server"),
      // Argo CD caches Secrets of apps in it, so only this user may access it: no port, and a socket in a private folder.
      ...["--port", "0", "--dir", serviceDir(instance, name)],
      ...["--unixsocket", redisSocket, "--unixsocketperm", "700"],
      // No persistence: Argo CD recomputes the content of the cache.
      ...["--save", "", "--appendonly", "no"],
      // A process title would overwrite the environment, and with it MERIDIAN_INSTANCE, which identifies this instance's processes.
      ...["--set-proc-title", "no"],
    ],
    variables: {},
    ports: [],
    kubeconfig: false,
  };
}

function repoServer(context: LocalContext, delivery: Polling, port: PortOf): Process {
  const name = argocdServiceNames.repoServer;
  const grpc = port(argocdPorts.repo);
  const metrics = port(argocdPorts.repoMetrics);
  return {
    name,
    command: [
      toolPath("argocd"),
      `--port=${grpc}`,
      "--address=127.0.0.1",
      `--metrics-port=${metrics}`,
      "--metrics-address=127.0.0.1",
      `--redis=${redisAddress(context.instance)}`,
      `--client-ca-path=${path.join(serviceDir(context.instance, name), tlsFiles.authority)}`,
      `--revision-cache-expiration=${delivery.pollSeconds}s`,
      "--loglevel=warn",
    ],
    variables: {
      ...common(context, name),
      // The user's git configuration must not affect deployments.
      HOME: serviceDir(context.instance, name),
      ARGOCD_ASK_PASS_SOCK: askPassSocket(context.instance),
      PATH: [
        path.dirname(toolPath("kustomize")),
        path.join(repositoryRoot, "infra/components/delivery/argocd-bin"),
        path.dirname(which("git")),
        "/usr/bin",
        "/bin",
      ].join(":"),
    },
    ports: [grpc, metrics],
    readyUrl: `http://127.0.0.1:${metrics}/healthz`,
  };
}

function applicationController(context: LocalContext, delivery: Polling, port: PortOf): Process {
  const name = argocdServiceNames.applicationController;
  const metrics = port(argocdPorts.controllerMetrics);
  return {
    name,
    command: [
      toolPath("argocd"),
      `--redis=${redisAddress(context.instance)}`,
      `--repo-server=127.0.0.1:${port(argocdPorts.repo)}`,
      ...repoServerFlags(context, name),
      `--namespace=${argocdNamespace}`,
      `--metrics-port=${metrics}`,
      `--app-resync=${delivery.pollSeconds}`,
      `--app-resync-jitter=${pollJitter(delivery)}`,
      "--self-heal-timeout-seconds=1",
      `--sync-timeout=${syncTimeoutSeconds}`,
      // A commit that does not build is reported soon; the default delays it by three minutes.
      "--repo-error-grace-period-seconds=5",
      "--loglevel=warn",
    ],
    // Waves only order objects: a wave starts as soon as the previous one is healthy, without a delay.
    variables: { ...common(context, name), ARGOCD_SYNC_WAVE_DELAY: "0" },
    ports: [metrics],
    readyUrl: `http://127.0.0.1:${metrics}/healthz`,
  };
}

function applicationSetController(context: LocalContext, delivery: Polling, port: PortOf): Process {
  const name = argocdServiceNames.applicationSetController;
  const metrics = port(argocdPorts.appSetMetrics);
  const probe = port(argocdPorts.appSetProbe);
  const webhook = port(argocdPorts.appSetWebhook);
  return {
    name,
    command: [
      toolPath("argocd"),
      `--argocd-repo-server=127.0.0.1:${port(argocdPorts.repo)}`,
      ...repoServerFlags(context, name),
      `--metrics-addr=127.0.0.1:${metrics}`,
      `--probe-addr=127.0.0.1:${probe}`,
      `--webhook-addr=127.0.0.1:${webhook}`,
      `--namespace=${argocdNamespace}`,
      "--loglevel=warn",
    ],
    variables: {
      ...common(context, name),
      ARGOCD_APPLICATIONSET_CONTROLLER_REQUEUE_AFTER: `${delivery.pollSeconds}s`,
    },
    ports: [metrics, probe, webhook],
    readyUrl: `http://127.0.0.1:${metrics}/metrics`,
  };
}

/** API server and UI: without TLS on loopback, read-only for every client. */
function server(context: LocalContext, port: PortOf): Process {
  const name = argocdServiceNames.server;
  const http = port(argocdPorts.server);
  const metrics = port(argocdPorts.serverMetrics);
  return {
    name,
    command: [
      toolPath("argocd"),
      `--port=${http}`,
      "--address=127.0.0.1",
      `--metrics-port=${metrics}`,
      "--metrics-address=127.0.0.1",
      "--insecure",
      `--redis=${redisAddress(context.instance)}`,
      `--repo-server=127.0.0.1:${port(argocdPorts.repo)}`,
      ...repoServerFlags(context, name),
      `--namespace=${argocdNamespace}`,
      // Static assets besides those in the executable, as in a container.
      `--staticassets=${path.join(serviceDir(context.instance, name), "assets")}`,
      "--loglevel=warn",
    ],
    variables: common(context, name),
    ports: [http, metrics],
  };
}

/** ARGOCD_BINARY_NAME selects the process that Argo CD's single executable runs. */
function common(context: LocalContext, name: string): Record<string, string> {
  const dir = serviceDir(context.instance, name);
  return {
    ARGOCD_BINARY_NAME: name,
    ARGOCD_FAKE_IN_CLUSTER: "true",
    ARGOCD_APP_CONF_PATH: dir,
    KUBECONFIG: path.join(dir, "kubeconfig"),
    ARGOCD_TLS_DATA_PATH: path.join(dir, "tls"),
    ARGOCD_SSH_DATA_PATH: path.join(dir, "ssh"),
    ARGOCD_GPG_ENABLED: "false",
    ARGOCD_GNUPGHOME: path.join(dir, "gnupg"),
    ARGOCD_GPG_DATA_PATH: path.join(dir, "gpg"),
    ARGOCD_PLUGINSOCKFILEPATH: path.join(dir, "plugins"),
    TMPDIR: dir,
  };
}

/** Absolute path of a command, with the search path of a login shell. */
function which(command: string): string {
  const folders = ["/usr/local/bin", "/usr/bin", "/bin", ...(process.env["PATH"] ?? "").split(":")];
  const found = folders.map((dir) => path.join(dir, command)).find((file) => fs.existsSync(file));
  if (found === undefined) {
    throw new Error(`${command} is not on PATH. Install it and run the command again.`);
  }
  return found;
}
