import type { ErrorAnswer } from './error-answer.ts';

/** What a program that serves or works tells the command that started it, over the channel between them. */
export type ProgramMessage =
  | { readonly type: 'ready'; readonly ready: Ready }
  | { readonly type: 'refused'; readonly answer: ErrorAnswer }
  | { readonly type: 'ended'; readonly end: ProgramEnd };

export interface Ready {
  /** `null` for a program that serves nothing. */
  readonly url: string | null;
  /** Stages at once. */
  readonly workers: number;
  /** What it works on, for people; without secrets. */
  readonly place: string;
}

export interface ProgramEnd {
  /** It was told to stop, and so may have left work. */
  readonly isStopped: boolean;
  /** Stages that failed for good here. */
  readonly failed: number;
}

/** What the command tells the program: to stop as for a signal. Ctrl-C reaches both, and must count once. */
export interface StopMessage {
  readonly type: 'stop';
}
