export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly samples: readonly number[];
}

export interface Figure {
  readonly measure: string;
  readonly unit: string;
  readonly peer: string;
  readonly sprintlab: Spread;
  readonly peerSpread: Spread;
  readonly ratio: Spread;
}

export function takeTurns<Answer>(
  sides: readonly (() => Promise<Answer>)[],
  plan: { readonly rounds: number; readonly warmUps: number },
): Promise<Answer[][]>;

export function figureOf(
  what: Pick<Figure, 'measure' | 'unit' | 'peer'>,
  rounds: readonly (readonly [sprintlab: number, peer: number])[],
): Figure;

export function spreadOf(samples: readonly number[]): Spread;
