import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSprintlab } from '../support/command-line.ts';
import { changeRows, rowsOf } from '../support/home-rows.ts';
import { shellOfThisFile, toyManifest } from '../support/shell.ts';

const shell = shellOfThisFile();
let home: string;
let manifest: string;

interface Submitted {
  readonly submission: string;
  readonly revision: number;
  readonly state: string;
}
interface List {
  readonly items: readonly Readonly<Record<string, string>>[];
}

const say = (...words: readonly string[]) => shell.run(words, { home });
const submit = async (...options: readonly string[]): Promise<Submitted> =>
  (await shell.json(['submit', manifest, ...options], { home })) as Submitted;
const statusOf = (id: string): Promise<unknown> => shell.json(['status', id], { home });
const trials = async (filter: string): Promise<List['items']> =>
  ((await shell.json(['trials', 'list', '--filter', filter], { home })) as List).items;
/** As if a stage had failed: that of the named arm's results. */
function failEvaluationOf(arm: string): void {
  changeRows(
    home,
    `UPDATE stages SET status = 'failed' WHERE kind = 'evaluation' AND key IN (SELECT link.stage_key FROM trial_stages link ` +
      `JOIN trials trial ON trial.id = link.trial_id WHERE trial.arm = '${arm}')`,
  );
}

beforeAll(async () => {
  manifest = await shell.file('toy.yaml', toyManifest());
});
beforeEach(async () => {
  home = await shell.homeWithToy();
});

const UNALIVE = 'No worker is alive, so nothing runs yet: `sprintlab worker` starts one';

describe('submit', () => {
  it('hands over at once, and says how to have somebody work on it', async () => {
    const { code, out, err } = await say('submit', manifest, '--priority', '3');
    expect([code, out]).toEqual([0, expect.stringMatching(/^toy-baselines@1, submission [0-9a-f-]{36}: new\.$/m)]);
    expect(out).toContain(UNALIVE);
    expect(err).toContain('toy-baselines: 3 arms, 3 trials; 9 stages, 7 distinct');
    expect(await submit()).toMatchObject({
      experiment: 'toy-baselines',
      revision: 1,
      state: 'continued',
      plan: { trials: 3, stages: { toRun: 7 } },
    });
  });

  it('of what is done returns what there is', async () => {
    await say('run', manifest);
    expect(await submit()).toMatchObject({ revision: 1, state: 'finished' });
    expect((await say('submit', manifest)).out).toContain('`sprintlab compare toy-baselines@1` shows what came out');
  });

  it('with --dry-run records nothing', async () => {
    expect(await shell.json(['submit', manifest, '--dry-run'], { home })).toMatchObject({ stages: { toRun: 7 } });
    expect(await shell.json(['status'], { home })).toEqual({ items: [], next: null });
  });

  it('refuses what is above its own limits, unless it is approved', async () => {
    manifest = await shell.file('limited.yaml', toyManifest(['name: limited', 'limits: {trials: 2}']));
    const refusal = await shell.refusal(['submit', manifest], { home });
    expect(refusal).toMatchObject({ exit: 3, code: 'LIMIT_EXCEEDED' });
    expect(refusal.message).toContain('go above it with --approve');
    expect(await shell.json(['status'], { home })).toEqual({ items: [], next: null });
    expect(await submit('--approve')).toMatchObject({ state: 'new' });
    manifest = await shell.file('toy.yaml', toyManifest());
  });

  it('by two at once is one submission: one is told that it goes on', async () => {
    const two = [0, 1].map(() => startSprintlab(['submit', manifest, '--json'], { home }).outcome);
    const outcomes = await Promise.all(two);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    const answers = outcomes.map(({ out }) => JSON.parse(out) as Submitted);
    expect(answers.map(({ state }) => state).sort()).toEqual(['continued', 'new']);
    expect(new Set(answers.map(({ submission }) => submission)).size).toBe(1);
  });
});

describe('a submission', () => {
  it('keeps its priority when it is submitted again without one', async () => {
    const { submission: id } = await submit('--priority', '5');
    const urgency = (): readonly unknown[] => rowsOf(home, `SELECT urgency FROM demands WHERE submission_id = '${id}'`);
    expect(await submit()).toMatchObject({ submission: id, state: 'continued' });
    expect(urgency()).toEqual([{ urgency: 5 }]);
    await submit('--priority', '0');
    expect(urgency()).toEqual([{ urgency: 0 }]);
  });

  it('is paused and goes on, and says why it waits', async () => {
    const { submission: id } = await submit();
    const short = id.slice(0, 8);
    const paused = await say('pause', short);
    expect([paused.code, paused.out]).toEqual([
      0,
      `Submission ${short} (toy-baselines@1) is paused. Nothing of it runs. \`sprintlab resume ${short}\` goes on.\n`,
    ]);
    expect(await statusOf(id)).toMatchObject({ status: 'waiting', state: 'paused', reason: { code: 'ASKED' } });
    expect((await say('status', id)).out).toMatch(/^toy-baselines@1: paused\nwhy: Paused as asked; /);
    expect((await say('status')).out).toMatch(/paused +0 of 3/);
    const resumed = await say('resume', short);
    expect([resumed.code, resumed.out]).toEqual([0, expect.stringContaining(UNALIVE)]);
    expect(await statusOf(id)).toMatchObject({ state: 'active', reason: null });
  });

  it('is cancelled only with a yes, and can be taken up again', async () => {
    const { submission: id } = await submit();
    expect(await shell.refusal(['cancel', id], { home })).toMatchObject({
      exit: 3,
      code: 'NOT_CONFIRMED',
      message: expect.stringContaining('would be cancelled; nothing of it runs. Cancel it?') as string,
    });
    expect(await statusOf(id)).toMatchObject({ state: 'active' });
    expect(await shell.json(['cancel', id, '--yes'], { home })).toEqual({
      submission: id,
      experiment: 'toy-baselines',
      revision: 1,
      trial: null,
      state: 'cancelled',
      replaces: null,
    });
    expect(await statusOf(id)).toMatchObject({ state: 'cancelled', stages: { cancelled: 7 } });
    expect((await say('run', manifest)).code).toBe(0);
  });

  it('has what failed run again, and nothing else', async () => {
    const { submission: id } = await submit();
    await say('run', manifest);
    failEvaluationOf('vs-knn');
    expect((await say('retry', id)).out).toContain('runs again what had failed.');
    expect(await statusOf(id)).toMatchObject({ state: 'active', stages: { succeeded: 6, ready: 1 } });
    expect(await shell.json(['run', manifest], { home })).toMatchObject({ stages: { executed: 1, reused: 6 } });
  });

  it('that stopped at its hours goes on only with --approve', async () => {
    const { submission: id } = await submit();
    const reason = JSON.stringify({ code: 'HOURS', message: 'Stopped after 2 hours of work.' });
    changeRows(home, `UPDATE submissions SET state = 'paused', reason = '${reason}'`);
    for (const words of [
      ['resume', id],
      ['submit', manifest],
    ]) {
      expect(await shell.refusal(words, { home })).toMatchObject({ exit: 3, code: 'APPROVAL_NEEDED' });
    }
    expect(await shell.json(['resume', id, '--approve'], { home })).toMatchObject({ state: 'active' });
  });

  const NOTHING: [words: string, prepare: string, message: string][] = [
    ['pause', 'pause', 'There is nothing to pause: submission ID is paused.'],
    ['resume', 'submit', 'There is nothing to resume: submission ID is active.'],
    ['cancel --yes', 'cancel --yes', 'There is nothing to cancel: submission ID is cancelled.'],
    [
      'cancel',
      'run',
      'There is nothing to cancel: submission ID is finished; `sprintlab retry` runs failed trials again.',
    ],
    [
      'pause',
      'run',
      'There is nothing to pause: submission ID is finished; `sprintlab retry` runs failed trials again.',
    ],
    [
      'resume',
      'run',
      'There is nothing to resume: submission ID is finished; `sprintlab retry` runs failed trials again.',
    ],
    ['retry', 'submit', 'There is nothing to retry: submission ID has no failed trial (it is active).'],
    ['retry', 'run', 'There is nothing to retry: submission ID has no failed trial (it is finished).'],
  ];
  it.each(NOTHING)('refuses %s after %s', async (words, prepare, message) => {
    const { submission: id } = await submit();
    const [before = '', ...options] = prepare.split(' ');
    if (before === 'run' || before === 'submit') await say(before, manifest);
    else await say(before, id, ...options);
    const [verb = '', ...others] = words.split(' ');
    const { code, out, err } = await say(verb, id, ...others);
    expect([code, out, err]).toEqual([1, '', `${message.replace('ID', id.slice(0, 8))}\n`]);
  });
});

describe('a trial', () => {
  it('is cancelled, refused, and taken up again by itself', async () => {
    const { submission } = await submit();
    const [trial] = await trials('arm=vs-knn');
    const id = trial?.['id'] ?? '';
    expect((await say('pause', id)).out).toMatch(
      new RegExp(
        `^Trial ${id} \\(vs-knn on toy\\) of submission ${submission.slice(0, 8)} \\(toy-baselines@1\\) is paused`,
      ),
    );
    expect(await shell.json(['cancel', id, '--yes'], { home })).toMatchObject({
      submission,
      trial: id,
      state: 'active',
    });
    expect(await trials('status=cancelled')).toMatchObject([{ id }]);
    for (const words of [
      ['cancel', id, '--yes'],
      ['pause', id],
    ]) {
      const { code, err } = await say(...words);
      expect([code, err]).toEqual([1, `There is nothing to ${words[0] ?? ''}: trial ${id} is cancelled.\n`]);
    }
    expect((await say('retry', id)).err).toBe(`There is nothing to retry: trial ${id} is cancelled.\n`);
    expect((await say('resume', id)).code).toBe(0);
    expect(await trials('status=cancelled')).toEqual([]);
  });

  it('that failed names the log of its stage, and runs again alone', async () => {
    await say('run', manifest);
    failEvaluationOf('vs-knn');
    const [trial] = await trials('status=failed');
    const id = trial?.['id'] ?? '';
    const [, key = ''] = /^What evaluation said: `sprintlab stages log ([0-9a-f]{12})`\.$/m.exec(
      (await say('trials', 'show', id)).out,
    )!;
    expect((await say('stages', 'log', key)).out).toMatch(/^\S+ claimed evaluation [0-9a-f]{64}, try 1\n.*succeeded/ms);
    expect((await say('retry', id)).code).toBe(0);
    expect(await trials('status=failed')).toEqual([]);
  });
});

describe('an id', () => {
  it.each(['pause', 'resume', 'cancel', 'retry', 'watch'])('that does not exist is refused by %s', async (verb) => {
    for (const id of ['0123abcd', 'none', '', '%', 'x'.repeat(5000)]) {
      const refusal = await shell.refusal([verb, id], { home });
      expect([id, refusal.exit, refusal.code]).toEqual([id, 2, 'SUBMISSION_NOT_FOUND']);
      expect(refusal.message).toMatch(
        /^No submission or trial whose id begins with .* `sprintlab status` lists them\.$/,
      );
    }
  });

  it('that begins several is not guessed', async () => {
    const { submission } = await submit();
    const other = await shell.file('other.yaml', toyManifest(['name: other']));
    const { submission: second } = (await shell.json(['submit', other], { home })) as Submitted;
    changeRows(
      home,
      `PRAGMA foreign_keys = OFF; UPDATE submissions SET id = '${submission.slice(0, 8)}-0' WHERE id = '${second}'`,
    );
    expect(await shell.refusal(['cancel', submission.slice(0, 8), '--yes'], { home })).toMatchObject({
      exit: 2,
      code: 'AMBIGUOUS_SUBMISSION',
      message: `"${submission.slice(0, 8)}" begins the ids of several submissions or trials; give more of its digits.`,
    });
  });
});

describe('a change of code', () => {
  const OLD = '0'.repeat(64);
  let id: string;
  beforeEach(async () => {
    await say('run', manifest);
    ({ submission: id } = await submit());
    failEvaluationOf('vs-knn');
    changeRows(home, `UPDATE stages SET code_version = '${OLD}' WHERE kind = 'evaluation'`);
  });

  it.each(['resume', 'retry'])('is refused by %s with what it would cost', async (verb) => {
    const refusal = await shell.refusal([verb, id], { home });
    expect(refusal).toMatchObject({ exit: 3, code: 'CODE_CHANGED' });
    expect(refusal.message).toMatch(
      /^Submission \w{8} was planned for other code than this build has: evaluation \(3 stages, 2 of them done\) has code \w{8}, not 00000000\./,
    );
    expect(refusal.message).toContain(`\`sprintlab resume ${id.slice(0, 8)} --approve\` submits its manifest again`);
  });
});

describe('a manifest that was planned for other code', () => {
  /** What a build of other code would have planned in its place: another key for one stage, and so another revision. */
  function planForOtherCode(): void {
    const evaluation = `(SELECT key FROM stages WHERE kind = 'evaluation' AND status <> 'succeeded' LIMIT 1)`;
    const own = `(SELECT id FROM revisions WHERE experiment = 'toy-baselines')`;
    const [key, revision] = ['0'.repeat(64), 'f'.repeat(64)];
    const moved = ['submission_stages', 'trial_stages', 'stage_inputs'].map(
      (table) => `UPDATE ${table} SET stage_key = '${key}' WHERE stage_key = ${evaluation};`,
    );
    changeRows(
      home,
      `PRAGMA foreign_keys = OFF; ${moved.join(' ')}
       UPDATE stages SET code_version = '${key}', key = '${key}' WHERE key = ${evaluation};
       UPDATE trials SET revision_id = '${revision}', id = substr(id, 1, 15) || 'x' WHERE revision_id = ${own};
       UPDATE trial_stages SET trial_id = substr(trial_id, 1, 15) || 'x'
         WHERE trial_id NOT IN (SELECT id FROM trials);
       UPDATE submissions SET revision_id = '${revision}' WHERE revision_id = ${own};
       UPDATE revisions SET id = '${revision}' WHERE id = ${own};`,
    );
  }

  it('is submitted again as a new revision by resume --approve, as urgently, and what is done stays', async () => {
    await say('run', await shell.file('part.yaml', toyManifest(['name: part', ONE_ARM])));
    const { submission: id } = await submit('--priority', '5');
    planForOtherCode();
    expect(await shell.refusal(['resume', id], { home })).toMatchObject({
      exit: 3,
      code: 'CODE_CHANGED',
      message: expect.stringContaining('of which 4 stages would run, 0 of what is done among them') as string,
    });
    const resumed = (await shell.json(['resume', id, '--approve'], { home })) as Submitted;
    expect(resumed).toMatchObject({ revision: 2, state: 'active', replaces: id });
    const urgency = `SELECT urgency FROM demands WHERE submission_id = '${resumed.submission}'`;
    expect(rowsOf(home, urgency)).toEqual([{ urgency: 5 }]);
    expect(await statusOf(id)).toMatchObject({ state: 'cancelled', stages: { cancelled: 1, succeeded: 3 } });
    expect(await shell.json(['run', manifest], { home })).toMatchObject({
      submission: resumed.submission,
      stages: { executed: 4, reused: 3 },
    });
  });
  const ONE_ARM = 'arms: [{name: item-knn, method: item-knn}]';
});

describe('watch', () => {
  it('--once shows how a submission stands', async () => {
    const { submission: id } = await submit();
    const { code, out } = await say('watch', id, '--once');
    expect(code).toBe(0);
    expect(out).toContain(`toy-baselines@1, submission ${id.slice(0, 8)}: active`);
    expect(out).toMatch(/^░{40} {2}0 of 7 stages, 7 waiting$/m);
    expect(out).toMatch(/^speed +0\.0 stages a minute; nobody works on it$/m);
    expect(await shell.json(['watch'], { home })).toMatchObject({
      submissions: [{ submission: id, state: 'active', stages: { ready: 1, blocked: 6 }, left: null }],
      workers: [],
    });
  });

  it('without anything active says so', async () => {
    const { code, out } = await say('watch');
    expect([code, out]).toEqual([0, 'Nothing is active: `sprintlab submit MANIFEST` hands something over.\n']);
  });

  it('follows a run of another process to its end', async () => {
    const { submission: id } = await submit();
    const watching = startSprintlab(['watch', id, '--interval', '0.1'], { home });
    await new Promise((saysSomething) => watching.process.stdout?.once('data', saysSomething));
    const run = await startSprintlab(['run', manifest], { home }).outcome;
    expect(run.code).toBe(0);
    const { code, out } = await watching.outcome;
    const lines = out.trim().split('\n');
    expect(code).toBe(0);
    expect(lines[0]).toBe(
      `toy-baselines@1 ${id.slice(0, 8)}: active; 0 of 7 stages, 7 waiting; trials: 0 of 3 done, 0 failed`,
    );
    expect(lines.at(-1)).toBe(
      `toy-baselines@1 ${id.slice(0, 8)}: finished; 7 of 7 stages; trials: 3 of 3 done, 0 failed`,
    );
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('ends with 4 where trials have failed, and names what failed', async () => {
    await say('run', manifest);
    failEvaluationOf('vs-knn');
    const [submission] = ((await shell.json(['status'], { home })) as List).items;
    const { code, out } = await say('watch', submission?.['id'] ?? '');
    expect([code, out]).toEqual([4, expect.stringContaining('failed: evaluation of vs-knn on toy')]);
  });

  it('stops at Ctrl-C, and the work goes on', async () => {
    await submit();
    const watching = startSprintlab(['watch'], { home });
    watching.process.stdout?.once('data', () => watching.process.kill('SIGINT'));
    const { code, out } = await watching.outcome;
    expect([code, out]).toEqual([130, expect.stringMatching(/The work goes on\.\n$/)]);
  });
});

describe('workers list', () => {
  it('is empty at first, then shows who worked', async () => {
    expect(await shell.json(['workers', 'list'], { home })).toEqual({ items: [], next: null });
    expect((await say('workers', 'list')).out).toBe('No worker matches; `sprintlab worker` starts one.\n');
    await say('run', manifest, '--workers', '2');
    expect(await shell.json(['workers', 'list', '--filter', 'status=ended'], { home })).toMatchObject({
      items: [{ slots: 2, status: 'ended', runs: null }],
      next: null,
    });
    changeRows(home, `UPDATE workers SET ended_at = NULL, seen_at = 0`);
    expect((await say('workers', 'list')).out).toMatch(/ gone /);
  });
});

describe('stages log', () => {
  it('says clearly where there is none', async () => {
    await submit();
    const [stage] = ((await shell.json(['stages', 'list', '--filter', 'kind=sessions'], { home })) as List).items;
    const key = stage?.['key'] ?? '';
    const short = key.slice(0, 12);
    const refused = async (...words: readonly string[]): Promise<string> => {
      const { exit, code, message } = await shell.refusal(['stages', 'log', key, ...words], { home });
      expect([exit, code]).toEqual([2, 'NO_LOG']);
      return message;
    };
    expect(await refused()).toBe(`sessions ${short} has no log: nobody has executed it yet.`);
    expect((await say('stages', 'show', key)).out).toContain('Nobody has executed it yet.');
    await say('run', manifest);
    expect(await refused('--execution', '7')).toBe(`sessions ${short} has no execution 7; it has 1.`);
    expect(await shell.json(['stages', 'log', key, '--execution', '1'], { home })).toMatchObject({
      stage: key,
      execution: 1,
      status: 'succeeded',
      log: expect.stringContaining(`claimed sessions ${key}, try 1\n`) as string,
    });
    changeRows(home, `DELETE FROM artifact_links WHERE owner_kind = 'execution'`);
    expect(await refused()).toBe(`sessions ${short} has no log of execution 1: none was kept.`);
    changeRows(home, `UPDATE executions SET status = 'running' WHERE stage_key = '${key}'`);
    expect(await refused()).toContain('it is running; its log is kept when it ends.');
  });
});

describe('the deletion of an experiment', () => {
  it('is refused while somebody works on it, and lets go what waits', async () => {
    const { submission: id } = await submit();
    changeRows(home, `UPDATE stages SET status = 'running' WHERE kind = 'sessions'`);
    expect(await shell.refusal(['experiments', 'delete', 'toy-baselines', '--yes'], { home })).toMatchObject({
      exit: 3,
      code: 'EXPERIMENT_IS_RUNNING',
      message: 'Experiment toy-baselines is being worked on; stop it first with `sprintlab cancel`, then delete it.',
    });
    await say('cancel', id, '--yes');
    expect((await say('experiments', 'delete', 'toy-baselines', '--yes')).code).toBe(0);
    const { items } = (await shell.json(['stages', 'list'], { home })) as List;
    expect(new Set(items.map(({ status }) => status))).toEqual(new Set(['cancelled']));
  });

  it('of what was handed over, and nobody works on, is done at once', async () => {
    await submit();
    expect((await say('experiments', 'delete', 'toy-baselines', '--yes')).code).toBe(0);
    const { items } = (await shell.json(['stages', 'list', '--filter', 'status!=cancelled'], { home })) as List;
    expect(items).toEqual([]);
  });
});
