/** Where a schema registry is, and how it is asked; plain data for the threads. */

/** See the module's description. Its headers are secret. */
export interface RegistryAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** CAs to trust beside the usual ones, as PEM. */
  readonly ca: string | undefined;
}
