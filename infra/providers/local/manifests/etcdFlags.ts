/** Flags by name, without the dashes. */
type Flags = Readonly<Record<string, string>>;

/**
 * etcd's socket for clients. It is relative to the cluster's folder: kwokctl starts etcd and the API server in there, and a
 * relative name is never too long for a socket, however deep the clone lies. Only the owner can enter that folder.
 */
export const etcdSocket = "etcd.sock";

/** etcd insists on a socket for other members, although there are none. */
const peerSocket = "etcd-peer.sock";

/** etcd as kwokctl names its only member. */
const member = "node0";

/** An address that etcd announces must end in a port; no client connects to it. */
const announced = (socket: string) => `unix://${socket}:0`;

/**
 * Flags that replace kwokctl's own, by component. kwokctl has etcd listen on TCP without TLS or password, where every user of the
 * machine, and every page in a browser, could read and write each Secret of the cluster.
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

/** Further flags of etcd: nothing asks it in JSON. */
export const etcdFlags: Flags = { "enable-grpc-gateway": "false" };
