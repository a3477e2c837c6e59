/** Flags by name, without the dashes. */
type Flags = Readonly<Record<string, string>>;

/**
 * etcd's socket for clients. The path is relative to the cluster's folder, in which kwokctl starts etcd and the API server: a
 * relative path never exceeds the length limit of a socket, at any depth of the clone. Only the owner can enter that folder.
 */
export const etcdSocket = "etcd.sock";

/** etcd requires a socket for other members, although there are none. */
const peerSocket = "etcd-peer.sock";

/** kwokctl's name of the only etcd member. */
const member = "node0";

/** An address that etcd advertises must end in a port. No client connects to it. */
const announced = (socket: string) => `unix://${socket}:0`;

/**
 * Flags that override kwokctl's own, by component. With kwokctl's flags, etcd listens on TCP without TLS or password: every user
 * of the machine, and every page in a browser, could read and write each Secret of the cluster.
 */
export const etcdOverrides: Readonly<Record<string, Flags>> = {
  etcd: {
    "listen-client-urls": `unix://${etcdSocket}`,
    "advertise-client-urls": announced(etcdSocket),
    "listen-peer-urls": `unix://${peerSocket}`,
    "initial-advertise-peer-urls": announced(peerSocket),
    "initial-cluster": `${member}=${announced(peerSocket)}`,
  },
  "kube-apiserver": { "etcd-servers": `unix://${etcdSocket}` },
};

/** Additional flags of etcd: no client uses its JSON API. */
export const etcdFlags: Flags = { "enable-grpc-gateway": "false" };
