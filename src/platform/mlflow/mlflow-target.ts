/** Where an MLflow server is, and how to be let in. */
export interface MlflowTarget {
  /** Without a slash at its end, and without credentials. */
  readonly url: string;
  readonly credentials: MlflowCredentials;
  /** Takes any certificate; for trying things only. */
  readonly isInsecure: boolean;
  /** A PEM file of authorities beside those of Node; `null` for none. */
  readonly certificateFile: string | null;
  readonly proxies: Proxies;
}

export type MlflowCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

/** As curl and most programs read them. */
export interface Proxies {
  readonly http: string | null;
  readonly https: string | null;
  /** Hosts that are reached without one, by commas. */
  readonly except: string | null;
}
