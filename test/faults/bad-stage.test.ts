import { beforeEach, describe, expect, it } from 'vitest';
import { startSprintlab, type Outcome } from '../support/command-line.ts';
import { childrenOf, killProcess } from '../support/process-tree.ts';
import { shellOfThisFile, toyManifest } from '../support/shell.ts';

const shell = shellOfThisFile();
let home: string;

beforeEach(async () => {
  home = await shell.homeWithToy();
});

interface RunJson {
  readonly trials: { readonly total: number; readonly succeeded: number; readonly failed: number };
  readonly stages: { readonly executed: number; readonly reused: number };
  readonly stopped: string | null;
}

const parsed = ({ out }: Pick<Outcome, 'out'>): RunJson => JSON.parse(out) as RunJson;

const manifestFile = (lines: readonly string[] = []): Promise<string> => shell.file('toy.yaml', toyManifest(lines));

/** Runs a manifest with one stage at a time, and kills so many processes of stages after the first has done its work. */
async function runAndKill(manifest: string, stages: number): Promise<Outcome> {
  const running = startSprintlab(['run', manifest, '--workers', '1', '--json'], { home });
  await running.until('sessions');
  const killed = new Set<number>();
  while (killed.size < stages) {
    const children = await childrenOf(running.process.pid ?? 0);
    for (const child of children.filter((pid) => !killed.has(pid))) {
      killProcess(child);
      killed.add(child);
    }
    if (running.process.exitCode !== null) break;
    await new Promise((wake) => setTimeout(wake, 2));
  }
  return running.outcome;
}

const DEATH =
  /The process of the stage died: it was killed from outside \(SIGKILL\), as the system does when memory runs out\./;

describe('a stage whose process is killed', () => {
  it('is tried again after a pause, and nothing is lost', async () => {
    const run = await runAndKill(await manifestFile(), 1);
    expect(run.code).toBe(0);
    expect(run.err).toMatch(new RegExp(`${DEATH.source} .*It is tried again in 1.0 s`));
    expect(parsed(run)).toMatchObject({ trials: { total: 3, succeeded: 3, failed: 0 }, stages: { executed: 7 } });
    expect((await shell.run(['doctor'], { home })).out).toContain('the chain is whole');
  });

  it('three times fails with its trials, and the next run heals', async () => {
    const manifest = await manifestFile(['arms: [{name: popularity, method: popularity}]']);
    const run = await runAndKill(manifest, 3);
    expect(run.code).toBe(4);
    expect(run.err).toMatch(new RegExp(`FAILED: ${DEATH.source} \`sprintlab retry\` tries it once more\\.`));
    expect(run.err).toContain('1 trials FAILED; `sprintlab trials list --filter status=failed` shows them.');
    expect(parsed(run)).toMatchObject({ trials: { total: 1, succeeded: 0, failed: 1 }, stages: { executed: 1 } });

    const failed = (await shell.json(['trials', 'list', '--filter', 'status=failed'], { home })) as {
      readonly items: readonly { readonly id: string }[];
    };
    expect(failed.items).toHaveLength(1);
    const trial = await shell.run(['trials', 'show', failed.items[0]!.id], { home });
    expect(trial.out).toMatch(/^baseline: The process of the stage died: it was killed from outside/m);

    const next = await shell.json(['run', manifest], { home });
    expect(next).toMatchObject({
      trials: { total: 1, succeeded: 1, failed: 0 },
      stages: { executed: 2, reused: 1 },
      stopped: null,
    });
  });
});

describe('a stage that refuses', () => {
  /** Sessions of one item cannot be split, which the stage says each time. */
  const tooStrict = (lines: readonly string[] = []): Promise<string> =>
    manifestFile(['protocol: {sessions: history, split: leave-one-out, minItemCount: 100000}', ...lines]);

  it('is not tried again', async () => {
    const run = await shell.run(['run', await tooStrict(), '--json'], { home });
    expect(run.code).toBe(4);
    expect(run.err).not.toContain('tried again');
    expect(parsed(run)).toMatchObject({ trials: { total: 3, failed: 3 }, stopped: null });
  });

  it('stops the run with `onFailure: stop`; the rest waits for the next', async () => {
    const run = await shell.run(['run', await tooStrict(['onFailure: stop']), '--json'], { home });
    expect(run.code).toBe(4);
    expect(run.err).toContain('Stopped after a failure, as `onFailure` of the manifest says. 0 of 7 stages are done');
    expect(parsed(run)).toMatchObject({ trials: { succeeded: 0, failed: 3 }, stopped: 'failures' });
    expect(await shell.json(['status'], { home })).toMatchObject({ items: [{ endedAt: null, trials: { failed: 3 } }] });
  });
});

describe('a stage that holds more memory than it may', () => {
  it('is ended, says how much it held, and is not tried again', async () => {
    const environment = { SPRINTLAB_HOME: home, SPRINTLAB_STAGE_MEMORY: '100' };
    const backbone = ['arms: [{name: backbone, method: backbone}]', 'settings: {training: {epochs: 30}}'];
    const run = await shell.run(['run', await manifestFile(backbone)], { home, environment });
    expect(run.code).toBe(4);
    expect(run.err).toMatch(
      /FAILED: The stage holds \d+ MiB of memory, and may hold 100 MiB\. Set SPRINTLAB_STAGE_MEMORY/,
    );
    expect(run.err).not.toContain('tried again');
  });
});

describe('a limit of the manifest', () => {
  it('of trials refuses the run before anything is made', async () => {
    const manifest = await manifestFile(['limits: {trials: 2}']);
    const refusal = await shell.refusal(['run', manifest], { home });
    expect(refusal).toMatchObject({ exit: 3, code: 'LIMIT_EXCEEDED' });
    expect(refusal.message).toContain('asks for 3 trials, and its own limits.trials is 2');
    expect(await shell.json(['experiments', 'list'], { home })).toEqual({ items: [], next: null });
    expect((await shell.run(['plan', manifest], { home })).code).toBe(0);
  });

  it('of hours stops the run, which a larger limit takes up', async () => {
    const { code, err } = await shell.run(['run', await manifestFile(['limits: {hours: 0.0000001}'])], { home });
    expect([code, err]).toEqual([3, expect.stringContaining('Stopped at `limits.hours` of the manifest.')]);
    expect(err).toContain('the same command with --approve goes on from here');
    expect(await shell.json(['status'], { home })).toMatchObject({ items: [{ endedAt: null, trials: { queued: 3 } }] });
    const again = await shell.refusal(['run', await manifestFile(['limits: {hours: 0.0000001}'])], { home });
    expect(again).toMatchObject({ exit: 3, code: 'APPROVAL_NEEDED' });
    // 1,000 hours are more milliseconds than a timer of 31 bits counts
    expect(await shell.json(['run', await manifestFile(['limits: {hours: 1000}'])], { home })).toMatchObject({
      trials: { succeeded: 3 },
      stopped: null,
    });
  });

  it('of concurrency is kept whatever --workers says', async () => {
    const manifest = await manifestFile(['limits: {concurrency: 1}']);
    const running = startSprintlab(['run', manifest, '--workers', '3'], { home });
    let most = 0;
    while (running.process.exitCode === null) {
      most = Math.max(most, (await childrenOf(running.process.pid ?? 0)).length);
      await new Promise((wake) => setTimeout(wake, 5));
    }
    expect([(await running.outcome).code, most]).toEqual([0, 1]);
  });
});
