export interface MlflowSpan {
  /** Sixteen hexadecimal digits. */
  readonly id: string;
  /** `null` for the root. */
  readonly parent: string | null;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface MlflowTrace {
  /** Thirty-two hexadecimal digits. */
  readonly id: string;
  readonly requestPreview: string;
  readonly responsePreview: string;
  readonly isError: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** The root first. */
  readonly spans: readonly [MlflowSpan, ...MlflowSpan[]];
}
