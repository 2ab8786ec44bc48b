import { subjectId } from '#features/calls/domain/call.ts';
import type { CallReply, CallRequest } from '#features/stages/domain/stage-order.ts';
import { canonicalJson, type JsonObject } from '#kernel/json.ts';
import { CallBook, type CallDraft, type CallOutcome, type CallSubject } from '#science/llm/call-book.port.ts';
import type { LanguageModelAnswer } from '#science/llm/language-model.port.ts';

/**
 * The call book of a stage's process: its worker keeps the calls. Requests that come up in one turn of the event loop go as
 * one message.
 */
export class MessengerCallBook extends CallBook {
  readonly #send: (requests: readonly CallRequest[]) => void;
  readonly #awaited = new Map<number, (answer: LanguageModelAnswer | null) => void>();
  /** Questions without an answer yet: one that comes up again meanwhile waits, and then finds the answer. */
  readonly #open = new Map<string, Promise<unknown>>();
  readonly #subjects = new Set<string>();
  #unsent: CallRequest[] = [];
  #count = 0;

  constructor(send: (requests: readonly CallRequest[]) => void) {
    super();
    this.#send = send;
  }

  async answer(draft: CallDraft, ask: () => Promise<LanguageModelAnswer>): Promise<LanguageModelAnswer> {
    this.#begin(draft.subject);
    const question = questionOf(draft);
    for (let open = this.#open.get(question); open !== undefined; open = this.#open.get(question)) await open;
    const answering = this.#recallOrAsk(draft, ask);
    this.#open.set(
      question,
      answering.catch(() => undefined),
    );
    try {
      return await answering;
    } finally {
      this.#open.delete(question);
    }
  }

  judge(subject: CallSubject, outcome: CallOutcome): void {
    this.#request({ kind: 'judge', subject, outcome });
  }

  /** Takes what the worker answers. */
  hear(replies: readonly CallReply[]): void {
    for (const { number, answer } of replies) {
      this.#awaited.get(number)?.(answer);
      this.#awaited.delete(number);
    }
  }

  /** Sends what has not been sent: to be called before the end of the stage is told. */
  flush(): void {
    if (this.#unsent.length === 0) return;
    this.#send(this.#unsent);
    this.#unsent = [];
  }

  /** Two calls about the same would be one row, and one of them would be missing in every count. */
  #begin(subject: CallSubject): void {
    const id = subjectId(subject);
    if (this.#subjects.has(id)) throw new Error(`This stage asked about ${id} before.`);
    this.#subjects.add(id);
  }

  async #recallOrAsk(draft: CallDraft, ask: () => Promise<LanguageModelAnswer>): Promise<LanguageModelAnswer> {
    const number = ++this.#count;
    const kept = await this.#reply(number, { kind: 'recall', number, draft });
    if (kept !== null) return kept;
    const askedAt = process.hrtime.bigint();
    const answer = await ask();
    const latencyMs = Number(process.hrtime.bigint() - askedAt) / 1e6;
    return (await this.#reply(number, { kind: 'keep', number, answer, latencyMs })) ?? answer;
  }

  #reply(number: number, request: CallRequest): Promise<LanguageModelAnswer | null> {
    this.#request(request);
    return new Promise((resolve) => this.#awaited.set(number, resolve));
  }

  #request(request: CallRequest): void {
    if (this.#unsent.length === 0) setImmediate(() => this.flush());
    this.#unsent.push(request);
  }
}

function questionOf({ model, request }: CallDraft): string {
  return canonicalJson({ model: { ...model }, request: { ...request, messages: request.messages.map(toJson) } });
}

function toJson({ role, content }: CallDraft['request']['messages'][number]): JsonObject {
  return { role, content };
}
