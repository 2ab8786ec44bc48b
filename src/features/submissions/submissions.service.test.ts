import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPlan, aStage, aTrial } from '../../../test/support/builders.ts';
import { openPostgresHome, openSqliteHome, type TestHome } from '../../../test/support/home.ts';
import type { PlannedExperiment } from '#features/experiments/domain/plan.ts';

describe.each([
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
])('submissions on %s', (_, open) => {
  let home: TestHome;
  beforeEach(async () => (home = await open()));
  afterEach(() => home.close());

  const asking = (question: string): PlannedExperiment =>
    aPlan([{ trial: aTrial(), stages: [aStage('a')] }], { question });

  it('of one manifest at once are one submission', async () => {
    const results = await Promise.all(Array.from({ length: 5 }, () => home.submissions.submit(asking('Why?'))));
    expect(new Set(results.map(({ submission }) => submission.id)).size).toBe(1);
    expect(results.map(({ state }) => state).sort()).toEqual([
      'continued',
      'continued',
      'continued',
      'continued',
      'new',
    ]);
    expect(await home.trials.list()).toHaveLength(1);
    expect(await home.events.verify()).toEqual({ events: 5, brokenAt: null });
  });

  it('of several manifests of one name at once get numbers without a gap', async () => {
    const questions = ['What?', 'Where?', 'When?', 'Who?'];
    const results = await Promise.all(questions.map((question) => home.submissions.submit(asking(question))));
    expect(results.map(({ revision }) => revision.number).sort()).toEqual([1, 2, 3, 4]);
    expect(await home.experiments.list()).toHaveLength(1);
    expect(await home.stages.list()).toHaveLength(1);
  });

  it('that cannot be recorded whole leave nothing', async () => {
    const twice = { trial: aTrial(), stages: [aStage('a')] };
    await expect(home.submissions.submit(aPlan([twice, twice]))).rejects.toThrow();
    expect([await home.experiments.list(), await home.stages.list(), await home.trials.list()]).toEqual([[], [], []]);
    expect(await home.events.verify()).toEqual({ events: 0, brokenAt: null });
  });

  it('go with their experiment, and what they share stays', async () => {
    await home.submissions.submit(asking('Why?'));
    await home.experiments.delete('test');
    expect([await home.experiments.list(), await home.trials.list(), await home.submissions.list()]).toEqual([
      [],
      [],
      [],
    ]);
    expect(await home.stages.list()).toHaveLength(1);
    expect((await home.events.after(0, 10)).map(({ kind }) => kind)).toEqual(['submitted', 'deleted']);
  });
});
