/** A finished build, seen from the root of the repository. */
export interface Build {
  /** Text of a compiled module by its path, for instance `dist/science/stages/warm-up.js`. */
  readonly read: (path: string) => string;
  /** `imports` of package.json; the `default` condition is what the built programs run. */
  readonly imports: Readonly<Record<string, { readonly default: string }>>;
  /** `packages` of package-lock.json. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * SHA-256 over everything that a module can execute: the compiled text of its transitive imports, static and dynamic, and the
 * locked versions of the packages these use, with what those depend on. Parts of Node are left out: the version of Node is
 * recorded with each execution.
 * @throws Error for an import that cannot be followed, naming the module.
 */
export function codeVersion(entry: string, build: Build): string;

/** The code version of each entry, by the key that it has in `entries`. */
export function codeVersions(entries: Readonly<Record<string, string>>, build: Build): Record<string, string>;
