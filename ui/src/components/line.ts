export interface Line {
  readonly name: string;
  /** `[x, y]`, ascending in x. */
  readonly points: readonly (readonly [number, number])[];
}
