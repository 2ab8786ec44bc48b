import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPlan, aStage, aTrial, aWorker } from '../../../test/support/builders.ts';
import { openPostgresHome, openSqliteHome, type TestHome } from '../../../test/support/home.ts';
import type { Outline } from './domain/outline.ts';
import { StageFactsService } from './stage-facts.service.ts';

const USAGE = { seconds: 1, cpuSeconds: 1, peakMemoryBytes: 1 };

describe.each([
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
])('facts of stages on %s', (_, open) => {
  let home: TestHome;
  beforeEach(async () => (home = await open()));
  afterEach(() => home.close());

  it('tell two who ask at once the same metrics', async () => {
    const { submission, revision } = await home.submissions.submit(
      aPlan([{ trial: aTrial(), stages: [aStage('only')] }]),
    );
    await home.queue.offer();
    const [claim] = await home.queue.claim({ worker: aWorker(), slots: 1, submission: submission.id });
    const metrics = [{ name: 'hr@20', split: 'test', step: 0, value: 0.5 } as const];
    await home.ledger.complete(claim!, { artifacts: {}, metrics, usage: USAGE, log: null });

    const { key, kind } = claim!.stage;
    const trial = { id: 'trial', arm: 'only', dataset: 'toy', seeds: { train: 1, profile: 1 }, steps: [0] };
    const outline: Outline = {
      revision,
      trials: [trial],
      stages: [{ key, kind, trials: 1 }],
      arms: [],
      differing: [],
    };
    const facts = new StageFactsService(home.database);
    const ask = () => facts.finalMetric(outline, { status: ['succeeded'] }, { kind, split: 'test', name: 'hr@20' });
    expect(await Promise.all([ask(), ask()])).toEqual([new Map([['trial', 0.5]]), new Map([['trial', 0.5]])]);
  });
});
