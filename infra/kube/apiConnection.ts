/** An API server, and an identity on it. */
export type ApiConnection = {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  /** Name that its certificate is for, where that is not the server's; absent: the server's. */
  readonly serverName?: string;
} & (
  | { readonly token: string }
  /** Read anew for each request: the kubelet replaces what it mounts before it expires. */
  | { readonly tokenFile: string }
);
