import type { StageKind } from '#science/stages/stage.ts';

/** Stages of one kind and code that an open demand wants and that are not done. */
export interface OpenStages {
  readonly kind: StageKind;
  readonly codeVersion: string;
  readonly status: 'blocked' | 'ready' | 'running';
  /** It will be ready after a while, by itself: it rests after a mishap, or the canary goes before it. */
  readonly rests: boolean;
  readonly count: number;
}
