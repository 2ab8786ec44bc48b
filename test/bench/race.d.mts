import type { Figure } from './pairing.mjs';

export interface Lap {
  readonly turn: number;
  readonly seconds: number;
  readonly trained: number;
  readonly targets: number;
  readonly evaluation: number;
  readonly quality: number;
  readonly peakMemoryBytes: number;
}

export interface Laps {
  readonly ours: Lap[];
  readonly peer: Lap[];
}

export interface Racer {
  readonly name: string;
  ask(question: 'epoch' | 'evaluate'): Promise<object>;
}

export function race(
  sides: { readonly ours: Racer; readonly peer: Racer },
  rules: {
    readonly epochs: number;
    readonly quality: number;
    readonly quick: boolean;
    readonly tell: (text: string) => void;
  },
): Promise<Laps>;

export function raceFindings(
  laps: Laps,
  words: { readonly quality: number; readonly peer: string; readonly data: string },
): { readonly figures: readonly Figure[]; readonly notes: readonly string[] };
