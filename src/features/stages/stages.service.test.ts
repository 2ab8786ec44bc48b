import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPlan, aStage, aTrial, aWorker } from '../../../test/support/builders.ts';
import { openPostgresHome, openSqliteHome, type TestHome } from '../../../test/support/home.ts';
import { contentHash } from '#kernel/content-hash.ts';
import { expectedSeconds } from './domain/stage-seconds.ts';
import type { PlannedStage } from './domain/stage.ts';

const DATA = contentHash('interactions');

/** The first stage on some data. */
function sessionsOn(word: string, data = DATA): PlannedStage {
  return { ...aStage(word), inputs: { interactions: { from: 'dataset', hash: data } } };
}

describe.each([
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
])('what is known of earlier runs on %s', (_, open) => {
  let home: TestHome;
  beforeEach(async () => (home = await open()));
  afterEach(() => home.close());

  async function run(stages: readonly PlannedStage[], host: string, seconds: number): Promise<void> {
    const { submission } = await home.submissions.submit(aPlan([{ trial: aTrial(), stages }], { question: host }));
    for (;;) {
      const worker = { ...aWorker(), host };
      const [claim] = await home.queue.claim({ worker, slots: 1, submission: submission.id });
      if (claim === undefined) return;
      const usage = { seconds, cpuSeconds: seconds, peakMemoryBytes: 1 };
      await home.ledger.complete(claim, { artifacts: {}, metrics: [], usage, log: null });
    }
  }

  it('has the mean seconds of one host, by the data that stages lead back to', async () => {
    const [first, second] = [sessionsOn('first'), sessionsOn('second')];
    const training: PlannedStage = { ...aStage('training', [first]), kind: 'training' };
    await run([first, training], 'here', 4);
    await run([second], 'here', 10);
    await run([sessionsOn('elsewhere')], 'there', 1000);
    const mean = await home.stages.meanSeconds('here');
    expect(expectedSeconds(mean, first, DATA)).toEqual({ seconds: 7, isMeasured: true });
    expect(expectedSeconds(mean, training, DATA)).toEqual({ seconds: 4, isMeasured: true });
    expect(expectedSeconds(mean, training, contentHash('other'))).toEqual({ seconds: 4, isMeasured: false });
    expect(await home.stages.meanSeconds(hostname())).toEqual({ sameData: new Map(), anyData: new Map() });
  });

  it('has the mean length of the calls that were kept, by model', async () => {
    const stage = aStage('asks');
    await run([stage], 'here', 1);
    const kept = [
      ['one', 100, 10],
      ['two', 201, 20],
    ] as const;
    const fresh = kept.map(([text, promptTokens, completionTokens]) => ({
      hash: contentHash(text),
      scope: '',
      model: { model: 'simulated', parameters: {} },
      request: { messages: [], temperature: 0, maxTokens: 1, sample: 0 },
      answer: { text, finish: 'stop', promptTokens, completionTokens } as const,
      latencyMs: 1,
    }));
    expect(await home.calls.meanTokens()).toEqual(new Map());
    await home.database.transaction((rows) => home.calls.keep(rows, stage.key, fresh));
    expect(await home.calls.meanTokens()).toEqual(
      new Map([['simulated', { promptTokens: 150.5, completionTokens: 15 }]]),
    );
  });
});
