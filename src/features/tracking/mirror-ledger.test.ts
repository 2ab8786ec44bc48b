import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPlan, aStage, aTrial } from '../../../test/support/builders.ts';
import { openPostgresHome, openSqliteHome, type TestHome } from '../../../test/support/home.ts';
import { DirtyRuns } from './dirty-runs.ts';
import { MirrorLedger } from './mirror-ledger.ts';
import { ProfilingIndex } from './profiling-index.ts';

describe.each([
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
])('what is kept of a mirror on %s', (_, open) => {
  let home: TestHome;
  let ledger: MirrorLedger;
  beforeEach(async () => {
    home = await open();
    ledger = new MirrorLedger(home.database, home.clock, 'http://mlflow:5000');
    await ledger.begin();
  });
  afterEach(() => home.close());

  it('begins at no event, goes on by rounds, and of two that tell the same round only one moves it', async () => {
    await ledger.begin();
    expect((await ledger.standing()).mirroredThrough).toBe(0);
    await ledger.advance(0, 500);
    await ledger.advance(0, 300);
    expect(await ledger.standing()).toMatchObject({ mirroredThrough: 500, problem: null });
  });

  it('knows since when nothing goes on, until something does', async () => {
    await ledger.note('away');
    const { problemSince } = await ledger.standing();
    home.clock.pass(1_000);
    await ledger.note('still away');
    expect(await ledger.standing()).toMatchObject({ problem: 'still away', problemSince });
    await ledger.advance(0, 1);
    expect(await ledger.standing()).toMatchObject({ problem: null, problemSince: null });
  });

  it('finds a run again, of its own server only', async () => {
    const subject = { kind: 'trial', id: 'abc' } as const;
    const run = { subject, experiment: '1', run: 'r', told: '', hasEnded: false, problem: null };
    await ledger.keep(run);
    await ledger.keep({ ...run, told: 'hash', hasEnded: true, problem: 'deleted' });
    expect(await ledger.find(subject)).toEqual({ ...run, told: 'hash', hasEnded: true, problem: 'deleted' });
    expect(await ledger.broken()).toHaveLength(1);
    expect(await new MirrorLedger(home.database, home.clock, 'http://other').find(subject)).toBeNull();
  });

  it('finds the runs that events are about: of a submission all trials, of a stage those that have it', async () => {
    const shared = aStage('shared');
    const plans = ['one', 'two'].map((arm) => ({ trial: aTrial({ arm }), stages: [shared, aStage(arm)] }));
    const { submission } = await home.submissions.submit(aPlan(plans));
    const dirty = new DirtyRuns(home, new ProfilingIndex(home.stages));
    const events = await home.events.after(0, 10);
    const found = await dirty.of(events);
    expect(found.map(({ subject }) => subject.kind)).toEqual(['submission', 'trial', 'trial']);
    expect(found[0]?.subject.id).toBe(submission.id);
    const event = { ...events[0]!, kind: 'epoch', subject: { kind: 'stage', id: aStage('one').key } } as const;
    expect(await dirty.of([event])).toHaveLength(1);
    expect((await home.submissions.firstWanting(shared.key))?.id).toBe(submission.id);
  });
});
