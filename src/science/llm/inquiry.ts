import type { CallBook, CallOutcome, CallSubject } from './call-book.port.ts';
import type { ChatMessage, LanguageModel, LanguageModelAnswer } from './language-model.port.ts';
import type { Reading } from './reading.ts';

/** What all questions of a stage share. */
export interface InquirySettings {
  readonly model: LanguageModel;
  readonly calls: CallBook;
  readonly temperature: number;
  readonly maxTokens: number;
  /** The profile seed. */
  readonly sample: number;
}

export interface Question<Value> {
  readonly subject: CallSubject;
  readonly messages: readonly ChatMessage[];
  readonly read: (text: string) => Reading<Value>;
  /** What the conversation goes on with after an answer that is no JSON. */
  readonly again: (text: string) => readonly ChatMessage[];
  /** Of the answer, where it is longer than most. */
  readonly maxTokens?: number;
}

/** An answer, read. */
export interface Heard<Value> {
  readonly text: string;
  readonly reading: Reading<Value>;
  /** The call that gave it: the first, or the second after one that could not be read. */
  readonly subject: CallSubject;
}

export interface Spent {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export const NOTHING_SPENT: Spent = { calls: 0, promptTokens: 0, completionTokens: 0 };

export function spentTogether(left: Spent, right: Spent): Spent {
  return {
    calls: left.calls + right.calls,
    promptTokens: left.promptTokens + right.promptTokens,
    completionTokens: left.completionTokens + right.completionTokens,
  };
}

/**
 * Questions that belong together, as those about one session. What they cost counts whether the book had the answer or not: it
 * is what the method needs, and the same in each run.
 */
export class Inquiry {
  readonly #settings: InquirySettings;
  #spent = NOTHING_SPENT;

  constructor(settings: InquirySettings) {
    this.#settings = settings;
  }

  get spent(): Spent {
    return this.#spent;
  }

  /** Asks, and once more if the answer is no JSON. An answer that could not be read is judged here, others by the caller. */
  async ask<Value>(question: Question<Value>): Promise<Heard<Value>> {
    const first = await this.#askOnce(question);
    if (first.reading.isReadable || first.reading.outcome !== 'not-json') return first;
    const { subject, messages, again } = question;
    return this.#askOnce({
      ...question,
      subject: { ...subject, variant: `${subject.variant} again` },
      messages: [...messages, ...again(first.text)],
    });
  }

  judge(subject: CallSubject, outcome: CallOutcome): void {
    this.#settings.calls.judge(subject, outcome);
  }

  async #askOnce<Value>({ subject, messages, read, maxTokens }: Question<Value>): Promise<Heard<Value>> {
    const { model, calls, temperature, sample } = this.#settings;
    const request = { messages, temperature, maxTokens: maxTokens ?? this.#settings.maxTokens, sample };
    const answer = await calls.answer({ model: model.identity, request, subject }, () => model.ask(request));
    this.#spent = spentTogether(this.#spent, costOf(answer));
    const reading = read(answer.text);
    if (!reading.isReadable) this.judge(subject, reading.outcome);
    return { text: answer.text, reading, subject };
  }
}

function costOf({ promptTokens, completionTokens }: LanguageModelAnswer): Spent {
  return { calls: 1, promptTokens, completionTokens };
}
