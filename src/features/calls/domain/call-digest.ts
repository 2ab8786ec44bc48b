import { contentHash, type ContentHash } from '#kernel/content-hash.ts';
import { canonicalJson } from '#kernel/json.ts';
import type { LanguageModelAnswer } from '#science/llm/language-model.port.ts';
import { subjectId, type CallUse } from './call.ts';

/** What the event of a finished stage says of its LLM calls: whoever has the rows can tell whether they are still those. */
export interface CallsDigest {
  readonly count: number;
  /** Those that were asked, not found. */
  readonly paid: number;
  readonly digest: ContentHash;
}

export interface AnsweredUse extends CallUse {
  readonly answer: LanguageModelAnswer;
}

/** `null` for a stage that asked nothing. The order of the uses does not matter: they are hashed by what they are about. */
export function digestOfCalls(uses: readonly AnsweredUse[]): CallsDigest | null {
  if (uses.length === 0) return null;
  const lines = uses.map(({ subject, call, answer, outcome }) => ({
    subject: subjectId(subject),
    call,
    answer: answerHash(answer),
    outcome,
  }));
  lines.sort((left, right) => (left.subject < right.subject ? -1 : 1));
  const paid = uses.filter(({ isReused }) => !isReused).length;
  return { count: uses.length, paid, digest: contentHash(canonicalJson(lines)) };
}

function answerHash({ text, finish, promptTokens, completionTokens }: LanguageModelAnswer): ContentHash {
  return contentHash(canonicalJson({ text, finish, promptTokens, completionTokens }));
}
