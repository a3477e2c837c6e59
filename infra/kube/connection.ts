/** Address of an API server, and the authority that its certificate is verified against. */
export interface ApiServer {
  readonly server: string;
  /** Certificate authority, PEM. */
  readonly ca: string;
  /** Name that the server's certificate is verified against. Default: the host of `server`. */
  readonly serverName?: string;
}

/** Credentials of a request: a bearer token, a client certificate, or both. */
export interface Credential {
  readonly token?: string;
  /** Client certificate and its private key, PEM. */
  readonly certificate?: string;
  readonly key?: string;
}

/** Credentials that are obtained at run time and expire, such as those of a kubeconfig's `exec`. */
export interface CredentialSource {
  get(): Promise<Credential>;
  /** Discards a cached credential, which the API server has rejected. */
  invalidate(): void;
}

/** An API server and a bearer token: plain data, which a service reads from its configuration. */
export type TokenConnection = ApiServer &
  (
    | { readonly token: string }
    /** Read for each request: the kubelet replaces a mounted token before it expires. */
    | { readonly tokenFile: string }
  );

/** An API server and a client certificate. */
export type CertificateConnection = ApiServer & {
  readonly certificate: string;
  readonly key: string;
};

/** An API server and a way to authenticate there. */
export type ApiConnection =
  | TokenConnection
  | CertificateConnection
  | (ApiServer & { readonly credentials: CredentialSource });
