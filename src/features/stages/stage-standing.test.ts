import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPlan, aStage, aTrial, aWorker } from '../../../test/support/builders.ts';
import { openPostgresHome, openSqliteHome, type TestHome } from '../../../test/support/home.ts';
import { standingOf } from './stage-standing.ts';

const MISHAP = { code: 'STAGE_DIED', message: 'It died.', stack: null, isRefusal: false } as const;

describe.each([
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
])('the standing of a submission on %s', (_, open) => {
  let home: TestHome;
  beforeEach(async () => (home = await open()));
  afterEach(() => home.close());

  it('has a stage open that rested after a mishap, also when its rest has ended and nobody has released it yet', async () => {
    const { submission } = await home.submissions.submit(aPlan([{ trial: aTrial(), stages: [aStage('only')] }]));
    await home.queue.offer();
    const [claim] = await home.queue.claim({ worker: aWorker(), slots: 1, submission: submission.id });
    expect(await home.ledger.fail(claim!, MISHAP, null)).toMatchObject({ outcome: 'retried' });
    const standing = () => home.database.read((rows) => standingOf(rows, submission.id));
    expect(await standing()).toMatchObject({ open: 1, failures: [] });
    home.clock.pass(60_000);
    expect(await standing()).toMatchObject({ open: 1, failures: [] });
  });
});
