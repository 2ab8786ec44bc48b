import type { LanguageModelAnswer, LanguageModelRequest, ModelIdentity } from './language-model.port.ts';

/** What an answer is for. Only `ranking` may be about a session that is tested, and it never shows the target. */
export type CallPurpose = 'profiling' | 'probe' | 'ranking';

/** Which of the prompts it is (science C.5, C.6). */
export type CallStep = 'EXPLORE' | 'CONSOLIDATE' | 'IDENTIFY' | 'CORRECT' | 'PREDICT';

/** What a call is about; within a stage no two calls are about the same. */
export interface CallSubject {
  readonly purpose: CallPurpose;
  readonly step: CallStep;
  /** Number of the training session in its data set; `null` for a call of the pool. */
  readonly session: number | null;
  /** Pass of the predict-and-correct loop, from 1; of calls of the pool their number, from 1. */
  readonly attempt: number;
  /** What tells calls of one attempt apart: `asked`, `asked again` after an answer that could not be read, `without intents`, … */
  readonly variant: string;
}

/** What became of an answer. */
export type CallOutcome =
  /** It could be read and was used. */
  | 'used'
  /** The prediction that it made was right, or wrong. */
  | 'right'
  | 'wrong'
  /** Right, but no better than without the intents. */
  | 'no-gain'
  /** What is wrong with an answer that was not used. It is not one JSON object of the format asked for, … */
  | 'not-json'
  | 'unknown-intent'
  | 'intent-count'
  | 'evidence-outside'
  | 'unknown-letter'
  | 'leak';

export interface CallDraft {
  readonly model: ModelIdentity;
  readonly request: LanguageModelRequest;
  readonly subject: CallSubject;
}

/**
 * Where the calls of a stage are kept, whole. Promises:
 * - an answer is kept before it is handed out, so that none is used that nobody can look up;
 * - a question that was answered before, by the same model, is not asked again: the kept answer is handed out;
 * - what was kept stays, whatever becomes of the stage.
 */
export abstract class CallBook {
  /** The kept answer, or the one of `ask`, which is kept first. */
  abstract answer(draft: CallDraft, ask: () => Promise<LanguageModelAnswer>): Promise<LanguageModelAnswer>;

  /** Notes what became of an answer. */
  abstract judge(subject: CallSubject, outcome: CallOutcome): void;
}
