import { In, Like, Not } from 'typeorm';
import type { Clock } from '#kernel/clock.ts';
import type { ContentHash } from '#kernel/content-hash.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import { inBatches } from '#platform/database/in-batches.ts';
import type { CallDraft } from '#science/llm/call-book.port.ts';
import type { LanguageModelAnswer } from '#science/llm/language-model.port.ts';
import { AmbiguousCallError, CallNotFoundError, type Call, type CallUse } from './domain/call.ts';
import { NO_COST, SIMULATED, usdOf, type CallCost, type MeanTokens } from './domain/call-cost.ts';
import { digestOfCalls, type AnsweredUse, type CallsDigest } from './domain/call-digest.ts';
import { callEntity, stageCallEntity, type CallRow, type StageCallRow } from './persistence/call.entity.ts';
import { toAnswer, toCall, toCallRow, toStageCallRow, toUse } from './persistence/call-mapper.ts';

/** An answer that came, before it is kept. */
export interface FreshAnswer extends Pick<CallDraft, 'model' | 'request'> {
  readonly hash: ContentHash;
  readonly scope: string;
  readonly answer: LanguageModelAnswer;
  readonly latencyMs: number;
}

/** A use with what is short of its call: everything but the texts. */
export interface CallSummary extends CallUse {
  readonly made: Pick<Call, 'usd' | 'latencyMs' | 'answeredAt'> &
    Pick<LanguageModelAnswer, 'finish' | 'promptTokens' | 'completionTokens'> & { readonly model: string };
}

/** A use with its whole call. */
export interface WholeUse extends CallUse {
  readonly made: Call;
}

/** Rows in one statement: sixteen values each stay well below what an engine takes. */
const ROWS_AT_ONCE = 1_000;

const SUBJECT_COLUMNS = ['stage_key', 'purpose', 'step', 'session', 'attempt', 'variant'];
const BY_SUBJECT = {
  stageKey: 'ASC',
  purpose: 'ASC',
  session: 'ASC',
  attempt: 'ASC',
  step: 'ASC',
  variant: 'ASC',
} as const;

/** The LLM calls: each question that was paid once, and each use of its answer by a stage. */
export class CallsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The kept answers among those with these hashes. */
  async findAnswers(hashes: readonly ContentHash[]): Promise<ReadonlyMap<ContentHash, LanguageModelAnswer>> {
    if (hashes.length === 0) return new Map();
    const found = await this.database.read((rows) =>
      inBatches(hashes, (batch) => rows.find(callEntity, { where: { hash: In(batch) }, select: ANSWER })),
    );
    return answersByHash(found);
  }

  /**
   * Keeps the answers that a stage was given. Where another stage was given one to the same question in the meantime, that
   * one stays: it is returned, to be used in place of the new one.
   */
  async keep(
    rows: Rows,
    stage: ContentHash,
    fresh: readonly FreshAnswer[],
  ): Promise<ReadonlyMap<ContentHash, LanguageModelAnswer>> {
    if (fresh.length === 0) return new Map();
    const answeredAt = this.clock.now();
    const calls = fresh.map((answer) => toCallRow(toNewCall(answer, stage, answeredAt)));
    // In one order, so that of two stages that keep the same questions at once neither waits for the other in a circle.
    calls.sort((left, right) => (left.hash < right.hash ? -1 : 1));
    for (const values of portions(calls)) {
      const insert = rows.createQueryBuilder().insert().into(callEntity).values(values);
      await insert.orIgnore().updateEntity(false).execute();
    }
    const where = (hash: string[]) => ({ hash: In(hash), paidBy: Not(stage) });
    const hashes = calls.map(({ hash }) => hash);
    return answersByHash(
      await inBatches(hashes, (batch) => rows.find(callEntity, { where: where(batch), select: ANSWER })),
    );
  }

  /**
   * Notes what answers are used for, and what became of them. Of a stage that runs again the uses are the same rows again: who
   * paid stays, and each is judged anew.
   */
  async noteUses(rows: Rows, uses: readonly CallUse[]): Promise<void> {
    for (const values of portions(uses.map(toStageCallRow))) {
      const insert = rows.createQueryBuilder().insert().into(stageCallEntity).values(values);
      await insert.orUpdate(['call_hash', 'outcome'], SUBJECT_COLUMNS).updateEntity(false).execute();
    }
  }

  /** What the event of a finished stage says of its calls; the audit computes it again. */
  async digestOf(rows: Rows, stage: ContentHash): Promise<CallsDigest | null> {
    const uses = await rows.find(stageCallEntity, { where: { stageKey: stage } });
    const hashes = [...new Set(uses.map(({ callHash }) => callHash))];
    const answers = answersByHash(
      await inBatches(hashes, (batch) => rows.find(callEntity, { where: { hash: In(batch) }, select: ANSWER })),
    );
    return digestOfCalls(uses.map(toUse).map((use) => toAnsweredUse(use, answers)));
  }

  /** What the calls of stages come to, by key; a stage that asked nothing has zeros. */
  async costOf(stages: readonly ContentHash[]): Promise<ReadonlyMap<ContentHash, CallCost>> {
    const found = await this.database.read((rows) => inBatches(stages, (batch) => findCosts(rows, batch)));
    const costs = new Map(stages.map((stage): [ContentHash, CallCost] => [stage, NO_COST]));
    for (const { stage, ...cost } of found) costs.set(stage, toCost(cost));
    return costs;
  }

  /** How long the kept calls are, by model; an answer counts once, however many use it. */
  async meanTokens(): Promise<ReadonlyMap<string, MeanTokens>> {
    const found = await this.database.read((rows) =>
      rows
        .createQueryBuilder(callEntity, 'call')
        .groupBy('call.model')
        .select('call.model', 'model')
        .addSelect('AVG(call.promptTokens)', 'promptTokens')
        .addSelect('AVG(call.completionTokens)', 'completionTokens')
        .getRawMany<{ model: string } & Record<keyof MeanTokens, number | string>>(),
    );
    return new Map(
      found.map(({ model, promptTokens, completionTokens }) => [
        model,
        { promptTokens: Number(promptTokens), completionTokens: Number(completionTokens) },
      ]),
    );
  }

  /** The uses by some stages, or by all, in the order of their subjects. */
  async list(stages: readonly ContentHash[] | null): Promise<readonly CallSummary[]> {
    const { uses, calls } = await this.database.read(async (rows) => {
      const found = await findUses(rows, stages);
      const hashes = [...new Set(found.map(({ callHash }) => callHash))];
      const made = await inBatches(hashes, (batch) =>
        rows.find(callEntity, { where: { hash: In(batch) }, select: SHORT }),
      );
      return { uses: found, calls: new Map(made.map((call) => [call.hash, call])) };
    });
    return uses.flatMap((row) => {
      const call = calls.get(row.callHash);
      return call === undefined ? [] : [{ ...toUse(row), made: toSummary(call) }];
    });
  }

  /** The same, whole, a portion at a time: prompts of a long profiling do not fit in the memory at once. */
  async *whole(stages: readonly ContentHash[] | null): AsyncGenerator<readonly WholeUse[]> {
    const uses = await this.database.read((rows) => findUses(rows, stages));
    for (const portion of portions(uses)) {
      const where = { hash: In([...new Set(portion.map(({ callHash }) => callHash))]) };
      const found = await this.database.read((rows) => rows.find(callEntity, { where }));
      const calls = new Map(found.map((row) => [row.hash, toCall(row)]));
      yield portion.flatMap((row) => {
        const made = calls.get(row.callHash);
        return made === undefined ? [] : [{ ...toUse(row), made }];
      });
    }
  }

  /** What some stages asked about one session, whole, in the order in which it was asked. */
  async aboutSession(stages: readonly ContentHash[], session: number): Promise<readonly WholeUse[]> {
    const uses = await this.database.read((rows) =>
      inBatches(stages, (batch) =>
        rows.find(stageCallEntity, { where: { stageKey: In(batch), session }, order: BY_SUBJECT }),
      ),
    );
    const where = { hash: In([...new Set(uses.map(({ callHash }) => callHash))]) };
    const found = await this.database.read((rows) => rows.find(callEntity, { where }));
    const calls = new Map(found.map((row) => [row.hash, toCall(row)]));
    return uses.flatMap((row) => {
      const made = calls.get(row.callHash);
      return made === undefined ? [] : [{ ...toUse(row), made }];
    });
  }

  /** @throws CallNotFoundError, AmbiguousCallError for the beginning of a hash that none or several have. */
  async get(hashPrefix: string): Promise<Call> {
    const isHash = /^[0-9a-f]{4,64}$/.test(hashPrefix);
    const where = { hash: Like(`${hashPrefix}%`) };
    const found = isHash ? await this.database.read((rows) => rows.find(callEntity, { where, take: 2 })) : [];
    const [first, second] = found;
    if (second !== undefined) throw new AmbiguousCallError(hashPrefix);
    if (first === undefined) throw new CallNotFoundError(hashPrefix);
    return toCall(first);
  }

  /** Who uses an answer, and what for. */
  async usesOf(call: ContentHash): Promise<readonly CallUse[]> {
    const where = { callHash: call };
    return (await this.database.read((rows) => rows.find(stageCallEntity, { where, order: BY_SUBJECT }))).map(toUse);
  }
}

const ANSWER = { hash: true, answer: true, finish: true, promptTokens: true, completionTokens: true } as const;
const SHORT = {
  hash: true,
  model: true,
  finish: true,
  promptTokens: true,
  completionTokens: true,
  usd: true,
  latencyMs: true,
  answeredAt: true,
} as const;

function toNewCall(fresh: FreshAnswer, paidBy: ContentHash, answeredAt: Date): Call {
  return { ...fresh, paidBy, answeredAt, usd: usdOf(fresh.model.model, fresh.answer) };
}

function answersByHash(found: readonly CallRow[]): ReadonlyMap<ContentHash, LanguageModelAnswer> {
  return new Map(found.map((row) => [row.hash as ContentHash, toAnswer(row)]));
}

function toAnsweredUse(use: CallUse, answers: ReadonlyMap<ContentHash, LanguageModelAnswer>): AnsweredUse {
  const answer = answers.get(use.call);
  if (answer === undefined) throw new Error(`Call ${use.call} has no row.`);
  return { ...use, answer };
}

function toSummary({ model, finish, promptTokens, completionTokens, ...row }: CallRow): CallSummary['made'] {
  const { usd, latencyMs, answeredAt } = row;
  const length = { promptTokens, completionTokens };
  return { model, finish: finish as LanguageModelAnswer['finish'], ...length, usd, latencyMs, answeredAt };
}

async function findUses(rows: Rows, stages: readonly ContentHash[] | null): Promise<readonly StageCallRow[]> {
  if (stages === null) return rows.find(stageCallEntity, { order: BY_SUBJECT });
  return inBatches(stages, (batch) =>
    rows.find(stageCallEntity, { where: { stageKey: In(batch) }, order: BY_SUBJECT }),
  );
}

/** Postgres gives sums as text. */
type FoundCost = Readonly<Record<keyof CallCost, number | string>>;

function findCosts(
  rows: Rows,
  stages: readonly ContentHash[],
): Promise<readonly (FoundCost & { readonly stage: ContentHash })[]> {
  return rows
    .createQueryBuilder(stageCallEntity, 'used')
    .innerJoin('call', 'call', 'call.hash = used.callHash')
    .where('used.stageKey IN (:...stages)', { stages })
    .groupBy('used.stageKey')
    .select('used.stageKey', 'stage')
    .addSelect('COUNT(*)', 'calls')
    .addSelect('SUM(CASE WHEN used.reused THEN 0 ELSE 1 END)', 'paidCalls')
    .addSelect('SUM(CASE WHEN call.model = :simulated THEN 1 ELSE 0 END)', 'simulatedCalls')
    .setParameter('simulated', SIMULATED)
    .addSelect('SUM(call.promptTokens)', 'promptTokens')
    .addSelect('SUM(call.completionTokens)', 'completionTokens')
    .addSelect('SUM(call.usd)', 'usd')
    .getRawMany();
}

function toCost(found: FoundCost): CallCost {
  return {
    calls: Number(found.calls),
    paidCalls: Number(found.paidCalls),
    simulatedCalls: Number(found.simulatedCalls),
    promptTokens: Number(found.promptTokens),
    completionTokens: Number(found.completionTokens),
    usd: Number(found.usd),
  };
}

function portions<Row>(all: readonly Row[]): readonly Row[][] {
  const count = Math.ceil(all.length / ROWS_AT_ONCE);
  return Array.from({ length: count }, (_, index) => all.slice(index * ROWS_AT_ONCE, (index + 1) * ROWS_AT_ONCE));
}
