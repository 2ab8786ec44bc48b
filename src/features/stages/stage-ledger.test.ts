import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPlan, aStage, aTrial, aWorker } from '../../../test/support/builders.ts';
import { openPostgresHome, openSqliteHome, type TestHome } from '../../../test/support/home.ts';
import type { StageResult } from './stage-ledger.ts';
import type { Claim } from './stage-queue.port.ts';

const MISHAP = { code: 'STAGE_DIED', message: 'killed', stack: null, isRefusal: false };
const RESULT: StageResult = {
  artifacts: {},
  metrics: [{ name: 'bestEpoch', split: 'valid', step: 0, value: 1 }],
  usage: { seconds: 1, cpuSeconds: 1, peakMemoryBytes: 1 },
  log: null,
};

describe.each([
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
])('the ledger of stages on %s', (_, open) => {
  const stage = aStage('training');
  let home: TestHome;
  beforeEach(async () => {
    home = await open();
    await home.submissions.submit(aPlan([{ trial: aTrial(), stages: [stage] }]));
  });
  afterEach(() => home.close());

  async function claim(): Promise<Claim> {
    const [claimed] = await home.queue.claim({ worker: aWorker(), slots: 1, submission: null });
    if (claimed === undefined) throw new Error('nothing was ready');
    return claimed;
  }

  /** Has a mishap happen, and the pause after it go by. */
  async function meetMishap(): Promise<unknown> {
    const verdict = await home.ledger.fail(await claim(), MISHAP, null);
    home.clock.pass(60_000);
    await home.database.transaction((rows) => home.release.release(rows));
    return verdict;
  }

  async function recordEpochs(claimed: Claim, losses: readonly number[]): Promise<void> {
    for (const [index, value] of losses.entries()) {
      const number = index + 1;
      const checkpoint = await home.artifacts.store.put(Uint8Array.of(value));
      const metrics = [{ name: 'loss', split: 'train', step: number, value }] as const;
      const epoch = {
        type: 'epoch',
        epochs: 9,
        tokens: 1,
        checkpoint: '',
        seconds: 1,
        metrics,
        epoch: number,
      } as const;
      await home.ledger.recordEpoch(claimed, { epoch, checkpoint, name: 'checkpoint-0.safetensors' });
    }
  }

  async function curve(name: string): Promise<readonly (readonly [number, number])[]> {
    const metrics = await home.stages.metricsOf([stage.key]);
    return metrics.filter((metric) => metric.name === name).map(({ step, value }) => [step, value]);
  }

  it('keeps of a training that starts again nothing of the epochs that the one before had come to', async () => {
    const first = await claim();
    await recordEpochs(first, [9, 8, 7, 6]);
    await home.ledger.giveBack(first);
    const second = await claim();
    await recordEpochs(second, [5, 4]);
    await home.ledger.complete(second, RESULT);
    expect(await curve('loss')).toEqual([
      [1, 5],
      [2, 4],
    ]);
    expect((await curve('seconds')).map(([step]) => step)).toEqual([1, 2]);
    expect(await curve('bestEpoch')).toEqual([[0, 1]]);
  });

  it('holds the row of an execution for no warning that waits for another writer, who may change it', async () => {
    const claimed = await claim();
    const warnings: Promise<void>[] = [];
    const free = await home.database.transaction(async (rows) => {
      await home.database.holdOtherWriters(rows);
      warnings.push(home.ledger.warned(claimed, 'Few items have a title.'));
      // Time for the warning to take what it takes before it waits. A transaction of SQLite does not begin beside another.
      await delay(200);
      const unlocked = home.database.engine === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '';
      return rows.query<unknown[]>(`SELECT id FROM executions ${unlocked}`);
    });
    await Promise.all(warnings);
    expect(free).toEqual([{ id: claimed.execution }]);
    expect(await home.stages.warningsOf([stage.key])).toMatchObject([{ message: 'Few items have a title.' }]);
  });

  it('counts mishaps in a row only: a success between them gives all tries back', async () => {
    await meetMishap();
    await meetMishap();
    await home.ledger.complete(await claim(), RESULT);
    await home.intake.repeat([stage.key]);
    expect(await meetMishap()).toEqual({ outcome: 'retried', pauseMs: 1_000 });
  });
});
