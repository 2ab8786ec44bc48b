import type { CallDraft, CallOutcome, CallSubject } from '#science/llm/call-book.port.ts';
import { CallBook } from '#science/llm/call-book.port.ts';
import type { LanguageModelAnswer } from '#science/llm/language-model.port.ts';

export interface RememberedCall extends CallDraft {
  readonly answer: LanguageModelAnswer;
  /** It was answered before and not asked again. */
  readonly isReused: boolean;
}

/** A call book that forgets with the test. Handed from one stage to the next it hands out kept answers, as that of a home does. */
export class MemoryCallBook extends CallBook {
  readonly calls: RememberedCall[] = [];
  readonly outcomes = new Map<string, CallOutcome>();
  readonly #answers = new Map<string, Promise<LanguageModelAnswer>>();

  async answer(draft: CallDraft, ask: () => Promise<LanguageModelAnswer>): Promise<LanguageModelAnswer> {
    const question = JSON.stringify([draft.model, draft.request]);
    const kept = this.#answers.get(question);
    const answering = kept ?? ask();
    this.#answers.set(question, answering);
    const answer = await answering;
    this.calls.push({ ...draft, answer, isReused: kept !== undefined });
    return answer;
  }

  judge(subject: CallSubject, outcome: CallOutcome): void {
    this.outcomes.set(JSON.stringify(subject), outcome);
  }
}
