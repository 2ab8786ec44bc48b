import { contentHash, type ContentHash } from '#kernel/content-hash.ts';
import { DomainError } from '#kernel/domain-error.ts';
import { canonicalJson } from '#kernel/json.ts';
import type { CallDraft, CallOutcome, CallSubject } from '#science/llm/call-book.port.ts';
import type { LanguageModelAnswer, LanguageModelRequest, ModelIdentity } from '#science/llm/language-model.port.ts';

/** A question that was paid, and its answer, whole. */
export interface Call {
  readonly hash: ContentHash;
  readonly scope: string;
  readonly model: ModelIdentity;
  readonly request: LanguageModelRequest;
  readonly answer: LanguageModelAnswer;
  /** Key of the stage that asked; every other that uses the answer has it for nothing. */
  readonly paidBy: ContentHash;
  readonly usd: number;
  readonly latencyMs: number;
  readonly answeredAt: Date;
}

/** That a stage used the answer of a call, and what for. */
export interface CallUse {
  /** Key of the stage. */
  readonly stage: ContentHash;
  readonly subject: CallSubject;
  /** Hash of the call. */
  readonly call: ContentHash;
  /** The answer was there; nothing was paid. */
  readonly isReused: boolean;
  /** `null` until the stage has judged the answer. */
  readonly outcome: CallOutcome | null;
}

/**
 * Among which stages a kept answer may be handed on. Of the simulated model, whose rules are code, only among those of one
 * code version: other rules could give another answer to the same question.
 */
export function callScope({ codeVersion }: { readonly codeVersion: string }): string {
  return codeVersion;
}

/** One question to one model within one scope: what has the same hash has the same answer. */
export function callHash(scope: string, { model, request }: Pick<CallDraft, 'model' | 'request'>): ContentHash {
  const { messages, temperature, maxTokens, sample } = request;
  const asked = { messages: messages.map(({ role, content }) => ({ role, content })), temperature, maxTokens, sample };
  return contentHash(
    canonicalJson({ scope, model: { model: model.model, parameters: model.parameters }, request: asked }),
  );
}

/** What a call is about, as one word: within a stage no two have the same. */
export function subjectId({ purpose, step, session, attempt, variant }: CallSubject): string {
  return [purpose, session ?? '-', attempt, step, variant].join('/');
}

export class CallNotFoundError extends DomainError<'CALL_NOT_FOUND'> {
  constructor(hash: string) {
    super(
      'CALL_NOT_FOUND',
      `No LLM call whose hash begins with ${JSON.stringify(hash)}. \`sprintlab calls list\` shows them.`,
    );
  }
}

export class AmbiguousCallError extends DomainError<'AMBIGUOUS_CALL'> {
  constructor(prefix: string) {
    super('AMBIGUOUS_CALL', `${prefix} begins the hashes of several LLM calls; give more of its digits.`);
  }
}
