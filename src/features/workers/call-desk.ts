import type { CallsService, FreshAnswer } from '#features/calls/calls.service.ts';
import { callHash, callScope, subjectId, type CallUse } from '#features/calls/domain/call.ts';
import { priceOf } from '#features/calls/domain/call-cost.ts';
import type { ContentHash } from '#kernel/content-hash.ts';
import type { CallSubject } from '#science/llm/call-book.port.ts';
import type { LanguageModelAnswer } from '#science/llm/language-model.port.ts';
import type { CallReply, CallRequest } from '#features/stages/domain/stage-order.ts';
import type { StageLedger } from '#features/stages/stage-ledger.ts';
import type { Claim } from '#features/stages/stage-queue.port.ts';

type Answers = ReadonlyMap<ContentHash, LanguageModelAnswer>;

const NONE: Answers = new Map();

/** A question of the stage, with the hash under which its answer is or will be kept. */
interface Question extends Omit<FreshAnswer, 'answer' | 'latencyMs'> {
  readonly number: number;
  readonly subject: CallSubject;
}
interface AnsweredQuestion extends Question, FreshAnswer {}

/**
 * Where the LLM calls of one execution are recalled and kept. Whatever arrives while one round is written is the next: a
 * stage that asks many questions at the same time costs a transaction a round, not one a question. What became of answers
 * waits for the next transaction, since nobody waits for it.
 */
export class CallDesk {
  private waiting: readonly CallRequest[] = [];
  /** Questions without a kept answer, by number, until the stage sends one. */
  private readonly open = new Map<number, Question>();
  /** What the stage used, by what it was about, for what becomes of it. */
  private readonly uses = new Map<string, CallUse>();
  /** Uses that were judged since the last transaction, the last judgement of each. */
  private readonly judged = new Map<string, CallUse>();

  constructor(
    private readonly calls: CallsService,
    private readonly ledger: StageLedger,
    private readonly claim: Claim,
  ) {}

  take(requests: readonly CallRequest[]): void {
    this.waiting = [...this.waiting, ...requests];
  }

  /**
   * Answers all that waits.
   * @throws StaleExecutionError when another execution has taken over; nothing of the round is kept.
   * @throws UnknownPriceError before a model without a price is asked.
   */
  async serve(): Promise<readonly CallReply[]> {
    const requests = this.waiting;
    this.waiting = [];
    const recalled = requests.flatMap((request) => (request.kind === 'recall' ? [this.questionOf(request)] : []));
    const kept = await this.calls.findAnswers(recalled.map(({ hash }) => hash));
    for (const question of recalled) if (!kept.has(question.hash)) this.open.set(question.number, question);
    const answered = requests.flatMap((request) => (request.kind === 'keep' ? [this.closed(request)] : []));
    for (const request of requests) if (request.kind === 'judge') this.judge(request);
    const found = recalled.filter(({ hash }) => kept.has(hash));
    const earlier = found.length + answered.length === 0 ? NONE : await this.write(found, answered);
    return [
      ...recalled.map(({ number, hash }) => recalledReply(number, kept.get(hash) ?? null)),
      ...answered.map(({ number, hash, answer }) => keptReply(number, earlier.get(hash) ?? answer)),
    ];
  }

  /** Writes what is left, before the end of the stage is recorded. @throws StaleExecutionError */
  async close(): Promise<void> {
    if (this.judged.size > 0) await this.write([], []);
  }

  private questionOf({ number, draft }: Extract<CallRequest, { readonly kind: 'recall' }>): Question {
    const { model, request, subject } = draft;
    priceOf(model.model);
    const scope = callScope(this.claim.stage);
    return { number, hash: callHash(scope, draft), scope, model, request, subject };
  }

  private closed({ number, answer, latencyMs }: Extract<CallRequest, { readonly kind: 'keep' }>): AnsweredQuestion {
    const question = this.open.get(number);
    if (question === undefined) throw new Error(`Answer ${number} is to no question.`);
    this.open.delete(number);
    return { ...question, answer, latencyMs };
  }

  private judge({ subject, outcome }: Extract<CallRequest, { readonly kind: 'judge' }>): void {
    const id = subjectId(subject);
    const use = this.uses.get(id);
    if (use === undefined) throw new Error(`The judgement of ${id} is about no call.`);
    this.judged.set(id, { ...use, outcome });
  }

  /** @returns what was kept before, by others who were given an answer in the meantime */
  private async write(found: readonly Question[], answered: readonly AnsweredQuestion[]): Promise<Answers> {
    const judged = [...this.judged.values()];
    this.judged.clear();
    return this.ledger.underLease(this.claim, async (rows) => {
      const earlier = await this.calls.keep(rows, this.claim.stage.key, answered);
      const uses = [
        ...found.map((question) => this.use(question, true)),
        ...answered.map((question) => this.use(question, earlier.has(question.hash))),
      ];
      await this.calls.noteUses(rows, [...uses, ...judged]);
      return earlier;
    });
  }

  private use({ subject, hash }: Question, isReused: boolean): CallUse {
    const use = { stage: this.claim.stage.key, subject, call: hash, isReused, outcome: null };
    this.uses.set(subjectId(subject), use);
    return use;
  }
}

function recalledReply(number: number, answer: LanguageModelAnswer | null): CallReply {
  return { kind: 'recalled', number, answer };
}

function keptReply(number: number, answer: LanguageModelAnswer): CallReply {
  return { kind: 'kept', number, answer };
}
