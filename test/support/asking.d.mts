import type { CallBook, CallDraft, CallOutcome, CallSubject } from '#science/llm/call-book.port.ts';

/** A question that a test's stage asks, with the answer that it is given if nobody answered before. */
export interface Asking {
  readonly question: string;
  readonly answer: string;
  readonly subject: CallSubject;
  readonly outcome?: CallOutcome;
  /** `simulated` unless said. */
  readonly model?: string;
}

/** What a test's stage asks: the questions of one round at the same time, the rounds one after the other. */
export interface AskingScript {
  readonly rounds: readonly (readonly Asking[])[];
  /** The stage is killed after so many rounds, its answers in hand and none of the last round judged. */
  readonly killedAfter?: number;
}

export interface AskingListener {
  /** The question is really asked. What it returns is waited for. */
  asked(question: string): Promise<void> | void;
  /** An answer was handed out. */
  answered(question: string, answer: string): void;
  killed(): Promise<never> | never;
}

export function draftOf(asking: Pick<Asking, 'question' | 'subject' | 'model'>): CallDraft;
export function follow(book: CallBook, script: AskingScript, listener: AskingListener): Promise<void>;
