import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sprintlab, startSprintlab, type Invocation, type Outcome } from '../support/command-line.ts';
import { startFaultyFront, type Fate } from '../support/faulty-front.ts';
import { MLFLOW_MS, startMlflow, type MlflowServer } from '../support/mlflow-server.mjs';
import {
  aHomeWithPlanted,
  answered,
  aSprintManifest,
  GENERATE_PLANTED,
  sprintManifest,
} from '../support/planted-home.ts';
import { sparePort } from '../support/spare-port.mjs';

/** How often the server is killed, which takes minutes: `npm run check:mirror`. */
const KILLS = Number(process.env['SPRINTLAB_TEST_MIRROR_KILLS'] ?? '0');
const IS_THOROUGH = KILLS > 0;
/** Training seeds of the grid that is going on meanwhile: two trials each, beside one that trains nothing, so that it lasts. */
const SEEDS = Math.max(1, 4 * KILLS);
/** A submission, two profilings, and the trials. */
const RUNS = 4 + 2 * SEEDS;

/** What MLflow's own client reads. */
interface ReadRun {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [key: string, step: number, value: number])[];
  readonly inputs: readonly (readonly [string, string])[];
  readonly files: readonly string[];
  readonly traces: number;
  readonly calls: readonly (readonly [step: string, messages: unknown, answer: unknown])[];
  readonly models: number;
}
interface List<Item> {
  readonly items: readonly Item[];
}
interface MeasuredPoint {
  readonly trial: string;
  readonly stage: string;
  readonly split: string;
  readonly metric: string;
  readonly value: number;
}
interface Check {
  readonly runs: number;
  readonly pending: number;
  readonly differing: readonly {
    readonly differences: readonly { readonly kind: string; readonly what: string; readonly name: string }[];
  }[];
}

let server: MlflowServer;
beforeAll(async () => (server = await startMlflow()), MLFLOW_MS);
afterAll(() => server.stop());

const python = async (program: string, words: readonly string[]): Promise<unknown> => {
  const file = fileURLToPath(new URL(`../support/python/${program}`, import.meta.url));
  const { stdout } = await promisify(execFile)(server.python, [file, ...words], {
    env: { PATH: process.env['PATH'], HOME: server.folder, MLFLOW_TRACKING_URI: server.url },
    maxBuffer: 1e9,
  });
  return JSON.parse(stdout.split('\n').at(-2) ?? '');
};
const readRuns = async (experiment: string): Promise<readonly ReadRun[]> =>
  (await python('mlflow_reader.py', [experiment])) as readonly ReadRun[];
const ofKind = (runs: readonly ReadRun[], kind: string): readonly ReadRun[] =>
  runs.filter(({ tags }) => tags['sprintlab.kind'] === kind);
const gridLines = (name: string): readonly string[] => [
  `name: ${name}`,
  'axes: {selection.strategy: [random, uncertainty]}',
  'arms: [{name: popularity, method: popularity}]',
];
const named = (name: string): Promise<string> => aSprintManifest(gridLines(name));
const at = (home: string, url = server.url): Invocation => ({
  home,
  environment: { SPRINTLAB_HOME: home, MLFLOW_TRACKING_URI: url },
});
const check = (experiment: string, where: Invocation): Promise<Check> =>
  answered<Check>(['mlflow', 'check', experiment], where);
const doubled = (runs: readonly ReadRun[]): readonly string[] =>
  runs.flatMap(({ name, points }) => {
    const places = points.map(([key, step]) => `${name} ${key} ${step}`);
    return places.filter((place, index) => places.indexOf(place) !== index);
  });
const kindsOf = ({ differing }: Check): readonly string[] =>
  [...new Set(differing.flatMap(({ differences }) => differences.map(({ kind, what }) => `${kind} ${what}`)))].sort();

// Minutes: `npm run check:mirror`, like what kills and hinders the server.
describe.runIf(IS_THOROUGH)(
  'a grid that MLflow is told of, and read by its own client (npm run check:mirror)',
  { timeout: 240_000 },
  () => {
    let where: Invocation;
    let runs: readonly ReadRun[];
    const lab = (): string => join(server.folder, 'lab');
    const manifestFile = (): string => join(lab(), 'grids', 'whole.yaml');
    const git = async (...words: readonly string[]): Promise<string> =>
      (await promisify(execFile)('git', ['-C', lab(), ...words])).stdout.trim();
    beforeAll(async () => {
      const home = join(server.folder, 'home');
      await sprintlab(GENERATE_PLANTED, { home });
      await mkdir(join(lab(), 'grids'), { recursive: true });
      await writeFile(manifestFile(), sprintManifest(gridLines('whole')));
      await git('init', '--initial-branch', 'trunk');
      await git('remote', 'add', 'origin', 'https://me:secret@example.org/lab.git');
      await git('-c', 'user.name=A', '-c', 'user.email=a@b.c', 'commit', '--allow-empty', '--message', 'First');
      // Without a server at first: it is named later, and told the history.
      expect((await sprintlab(['run', manifestFile()], { home })).code).toBe(0);
      expect((await sprintlab(['mlflow', 'sync'], { home })).err).toContain('MLFLOW_TRACKING_URI');
      where = at(home);
      await answered(['mlflow', 'sync'], where);
      runs = await readRuns('whole');
    }, 240_000);
    const tagOf = ({ tags }: ReadRun, tag: string): string => tags[tag] ?? 'none';
    const theOne = (kind: string, tag: string, value: string): ReadRun => {
      const found = ofKind(runs, kind).find((run) => tagOf(run, tag) === value);
      if (found === undefined) throw new Error(`no ${kind} has ${tag} = ${value}`);
      return found;
    };

    it('has a run for the submission, and below it one for each trial and each profiling, all ended', () => {
      const [parent] = ofKind(runs, 'submission');
      const children = [...ofKind(runs, 'trial'), ...ofKind(runs, 'profiling')];
      expect([runs.length, ofKind(runs, 'trial').length, ofKind(runs, 'profiling').length]).toEqual([6, 3, 2]);
      expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['FINISHED']));
      expect(new Set(children.map((child) => tagOf(child, 'mlflow.parentRunId')))).toEqual(new Set([parent?.id]));
      expect(parent?.tags['mlflow.note.content']).toMatch(/^Does it work\?[^]*Synthetic data[^]*Simulated LLM/);
    });

    it('names the manifest, and the commit, branch and repository in which it lay, without the password', async () => {
      const commit = await git('rev-parse', 'HEAD');
      for (const { tags } of runs)
        expect(tags).toMatchObject({
          'mlflow.source.name': 'grids/whole.yaml',
          'mlflow.source.git.commit': commit,
          'mlflow.source.git.branch': 'trunk',
          'mlflow.source.git.repoURL': 'https://example.org/lab.git',
        });
    });

    it('has every point of every trial, settings, arm and data set', async () => {
      const measured = await answered<List<MeasuredPoint>>(['trials', 'export'], where);
      const trials = ofKind(runs, 'trial');
      const mirrored = trials.flatMap(({ points }) => points.filter(([key]) => !key.startsWith('llm/')));
      expect(mirrored).toHaveLength(measured.items.length);
      const results = measured.items.filter(
        ({ stage, split, metric }) => `${stage} ${split} ${metric}` === 'evaluation test hr@20',
      );
      const hitRates = new Map(results.map(({ trial, value }) => [trial, value]));
      for (const trial of trials) {
        const [, , value] = trial.points.find(([key]) => key === 'hr_at_20') ?? [];
        expect(value).toBe(hitRates.get(tagOf(trial, 'sprintlab.trial')));
        expect(trial.inputs).toEqual([['planted', tagOf(trial, 'sprintlab.dataset.digest').slice(0, 36)]]);
      }
      expect(theOne('trial', 'arm.selection.strategy', 'uncertainty').params['selection.ratio']).toBe('0.5');
    });

    it('has every prompt and answer whole, in the profiling that a trial names', async () => {
      const calls = await answered<List<{ readonly id: string }>>(['calls', 'list', '--limit', '1000000'], where);
      const profilings = ofKind(runs, 'profiling');
      expect(profilings.flatMap((profiling) => profiling.calls)).toHaveLength(calls.items.length);
      const trial = theOne('trial', 'arm.selection.strategy', 'uncertainty');
      expect(profilings.map(({ id }) => id)).toContain(tagOf(trial, 'sprintlab.profilingRun'));
      const asked = profilings.flatMap((profiling) => profiling.calls.filter(([step]) => step === 'IDENTIFY'));
      expect(JSON.stringify(asked[0])).toMatch(/Session, oldest first[^]*evidence/i);
    });

    it('has files, and a model that Python loads', async () => {
      const { id, files } = theOne('trial', 'arm.selection.strategy', 'uncertainty');
      expect(files).toEqual(expect.arrayContaining(['training/model.onnx', 'evaluation/metrics.json', 'lineage.json']));
      expect(await python('mlflow_model.py', [id])).toMatchObject({ scores: [1, expect.any(Number)] });
    });

    it('gets no run where what is finished is submitted again', async () => {
      expect((await sprintlab(['run', manifestFile()], where)).code).toBe(0);
      expect((await readRuns('whole')).map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
    });

    it('is compared: what somebody did to it there is named, repaired, and named no more', async () => {
      expect(await check('whole', where)).toMatchObject({ runs: 6, differing: [], pending: 0 });
      await python('mlflow_vandal.py', ['whole']);
      const done = ['deleted run', 'edited metric', 'edited status', 'edited tag', 'extra parameter', 'missing trace'];
      expect(kindsOf(await check('whole', where))).toEqual(done);
      expect((await sprintlab(['mlflow', 'check', 'whole'], where)).code).toBe(5);
      await answered(['mlflow', 'sync', 'whole'], where);
      // What others added stays, and is no mistake.
      expect(kindsOf(await check('whole', where))).toEqual(['extra parameter']);
      expect((await sprintlab(['mlflow', 'check', 'whole'], where)).code).toBe(0);
      expect(doubled(await readRuns('whole'))).toEqual([]);
    });
  },
);

describe(
  'a mirror (killed and hindered by npm run check:mirror) whose server',
  { timeout: IS_THOROUGH ? 2_400_000 : 240_000 },
  () => {
    it.runIf(IS_THOROUGH)(
      `is killed ${KILLS} times during a grid has everything once in the end, and one that lost all of it is told all of it again`,
      async () => {
        const home = await aHomeWithPlanted();
        const manifest = await aSprintManifest([...gridLines('killed'), `seeds: {train: ${SEEDS}}`]);
        const running = startSprintlab(['run', manifest, '--workers', '1'], at(home));
        let kills = 0;
        for (; kills < KILLS && running.process.exitCode === null; kills += 1) {
          await new Promise((wake) => setTimeout(wake, 700 + 211 * (kills % 5)));
          await server.startAgain();
        }
        // Where the grid ends first it is too short for so many.
        expect(kills).toBe(KILLS);
        expect((await running.outcome).code).toBe(0);
        await answered(['mlflow', 'sync'], at(home));
        expect(await check('killed', at(home))).toMatchObject({ runs: RUNS, differing: [], pending: 0 });
        const runs = await readRuns('killed');
        expect([runs.length, doubled(runs)]).toEqual([RUNS, []]);
        // By another address it is another server to the mirror, which finds what is there.
        await answered(['mlflow', 'sync'], at(home, server.url.replace('127.0.0.1', 'localhost')));
        expect((await readRuns('killed')).map(({ id }) => id).sort()).toEqual(runs.map(({ id }) => id).sort());
        await server.kill();
        await rm(join(server.folder, 'mlflow.db'));
        await server.startAgain();
        expect(kindsOf(await check('killed', at(home)))).toEqual(['missing run']);
        await answered(['mlflow', 'sync', 'killed'], at(home));
        expect(await check('killed', at(home))).toMatchObject({ runs: RUNS, differing: [] });
      },
    );

    const lossy =
      'fails, limits, is slow and loses answers has everything once in the end, and no trial is the worse for it';
    it.runIf(IS_THOROUGH)(lossy, async () => {
      const home = await aHomeWithPlanted();
      const fates: Readonly<Record<number, Fate>> = { 3: 'failed', 5: 'cut', 8: 'limited', 11: 'slow' };
      const front = await startFaultyFront(server.url, (count) => fates[count % 13] ?? 'passed');
      try {
        expect((await sprintlab(['run', await named('faulty')], at(home, front.url))).code).toBe(0);
      } finally {
        await front.stop();
      }
      // The same server by its own address is another to the mirror, which finds the runs that are there.
      await answered(['mlflow', 'sync'], at(home));
      expect(await check('faulty', at(home))).toMatchObject({ runs: 6, differing: [], pending: 0 });
      const runs = await readRuns('faulty');
      expect([runs.length, doubled(runs)]).toEqual([6, []]);
    });

    it.runIf(IS_THOROUGH)('is told once of batches that ratios share, and is told what is over', async () => {
      const home = await aHomeWithPlanted();
      const manifest = await aSprintManifest(['name: ratios', 'axes: {selection.ratio: [0.6, 0.8]}']);
      const { submission } = await answered<{ readonly submission: string }>(['submit', manifest], home);
      await sprintlab(['pause', submission], { home });
      await answered(['mlflow', 'sync'], at(home));
      const [paused] = ofKind(await readRuns('ratios'), 'submission');
      expect([paused?.status, paused?.tags['sprintlab.reason']]).toEqual(['SCHEDULED', expect.any(String)]);
      await sprintlab(['resume', submission], { home });
      expect((await sprintlab(['run', manifest], at(home))).code).toBe(0);
      expect(await check('ratios', at(home))).toMatchObject({ differing: [], pending: 0 });
      const runs = await readRuns('ratios');
      expect(doubled(runs)).toEqual([]);
      // Two batches begin where the smaller ratio's last does.
      const steps = ofKind(runs, 'profiling').flatMap(({ points }) =>
        points.filter(([key]) => key === 'profiling-batch/train/sessions').map(([, step]) => step),
      );
      expect(new Set(steps).size).toBe(steps.length);
      expect(steps.length).toBeGreaterThan(3);
      expect(ofKind(runs, 'submission')[0]?.tags).not.toHaveProperty('sprintlab.reason');
    });

    it.runIf(IS_THOROUGH)('hears the end of what is deleted here', async () => {
      const home = await aHomeWithPlanted();
      await answered(['submit', await named('deleted')], home);
      await answered(['mlflow', 'sync'], at(home));
      expect(new Set((await readRuns('deleted')).map(({ status }) => status))).not.toContain('KILLED');
      expect((await sprintlab(['experiments', 'delete', 'deleted', '--yes'], { home })).code).toBe(0);
      await answered(['mlflow', 'sync'], at(home));
      expect(new Set((await readRuns('deleted')).map(({ status }) => status))).toEqual(new Set(['KILLED']));
    });

    const baseline = (): Promise<string> =>
      aSprintManifest([
        'name: plain',
        'arms: [{name: popularity, method: popularity}]',
        'settings: {method: popularity}',
      ]);
    const runAt = async (url: string): Promise<Outcome> =>
      sprintlab(['run', await baseline()], at(await aHomeWithPlanted(), url));

    it('is not there holds up no trial, and is named', async () => {
      const url = `http://127.0.0.1:${await sparePort()}`;
      const { code, err } = await runAt(url);
      expect([code, err]).toEqual([0, expect.stringMatching(/nothing listens there[^]*not told of \d+ events/)]);
    });

    it('is too old, or does not know the password, is named with the remedy', async () => {
      const answering = async (status: number, text: string): Promise<string> => {
        const fake = createServer((_, answer) => answer.writeHead(status).end(text));
        await new Promise<void>((done) => fake.listen(0, '127.0.0.1', done));
        const { port } = fake.address() as { readonly port: number };
        const { code, err } = await runAt(`http://127.0.0.1:${port}`);
        fake.close();
        expect(code).toBe(0);
        return err;
      };
      expect(await answering(200, '2.9.0')).toContain(
        'is 2.9.0; prompts are sent as OpenTelemetry spans, which it takes since 3.6.0',
      );
      expect(await answering(401, 'no')).toContain('MLFLOW_TRACKING_PASSWORD');
      expect(await answering(403, 'Invalid Host header - possible DNS rebinding attack detected')).toContain(
        '--allowed-hosts',
      );
      expect(await answering(200, '<html>')).toContain('is not an MLflow server');
    });
  },
);
