import { LessThan } from 'typeorm';
import type { Clock } from '#kernel/clock.ts';
import { contentHash, type ContentHash } from '#kernel/content-hash.ts';
import { DomainError } from '#kernel/domain-error.ts';
import { canonicalJson, type JsonValue } from '#kernel/json.ts';
import type { Database } from '#platform/database/database.ts';
import { idempotentAnswerEntity, type IdempotentAnswerRow } from './persistence/idempotent-answer.entity.ts';

export class InvalidIdempotencyKeyError extends DomainError<'INVALID_IDEMPOTENCY_KEY'> {
  constructor() {
    super('INVALID_IDEMPOTENCY_KEY', 'Idempotency-Key must be a text of 1 to 200 printable characters.');
  }
}

export class IdempotencyKeyReusedError extends DomainError<'IDEMPOTENCY_KEY_REUSED'> {
  constructor() {
    super('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was sent before with another request. Send a new key.');
  }
}

interface Request {
  /** As its sender names it. */
  readonly key: string | undefined;
  /** The name of the account; `null` where there are none. */
  readonly who: string | null;
  readonly asked: object;
}

/** How long an answer is kept for who sends a request again. */
const KEPT_MS = 7 * 86_400_000;

/** Answers a request with a key once, however often it is sent. */
export class IdempotentAnswers {
  private readonly running = new Map<
    ContentHash,
    { readonly digest: ContentHash; readonly answer: Promise<unknown> }
  >();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * A refusal is not kept: what was wrong may be right by the next time.
   * @param key `undefined` for a request that is not to be told from another; it is of who asks, and of nobody else
   * @throws InvalidIdempotencyKeyError, IdempotencyKeyReusedError
   */
  async once<Answer>({ key, who, asked }: Request, work: () => Promise<Answer>): Promise<Answer> {
    if (key === undefined) return work();
    if (!/^[\x20-\x7e]{1,200}$/.test(key)) throw new InvalidIdempotencyKeyError();
    const digest = contentHash(canonicalJson(JSON.parse(JSON.stringify(asked)) as JsonValue));
    const id = contentHash(canonicalJson([who, key]));
    const running = this.running.get(id);
    if (running !== undefined && running.digest !== digest) throw new IdempotencyKeyReusedError();
    // The same at the same time waits for the first.
    if (running !== undefined) return running.answer as Promise<Answer>;
    const answer = this.answer(id, digest, work);
    this.running.set(id, { digest, answer });
    return answer.finally(() => this.running.delete(id));
  }

  private async answer<Answer>(key: ContentHash, digest: ContentHash, work: () => Promise<Answer>): Promise<Answer> {
    const known = await this.find(key);
    if (known !== null) return answerOf(known, digest) as Answer;
    const answer = await work();
    const createdAt = this.clock.now();
    await this.database.transaction(async (rows) => {
      await rows.delete(idempotentAnswerEntity, { createdAt: LessThan(new Date(createdAt.getTime() - KEPT_MS)) });
      const row = { key, digest, answer: JSON.stringify(answer), createdAt };
      const insert = rows.createQueryBuilder().insert().into(idempotentAnswerEntity).values(row);
      await insert.orIgnore().updateEntity(false).execute();
    });
    // Of two servers that were asked at once the first one's answer stands.
    const kept = await this.find(key);
    return kept === null ? answer : (answerOf(kept, digest) as Answer);
  }

  private find(key: ContentHash): Promise<IdempotentAnswerRow | null> {
    return this.database.read((rows) => rows.findOne(idempotentAnswerEntity, { where: { key } }));
  }
}

/** @throws IdempotencyKeyReusedError */
function answerOf({ digest, answer }: IdempotentAnswerRow, asked: ContentHash): unknown {
  if (digest !== asked) throw new IdempotencyKeyReusedError();
  return JSON.parse(answer);
}
