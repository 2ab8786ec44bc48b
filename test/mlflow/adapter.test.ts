import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MlflowPoint } from '#platform/mlflow/mlflow-point.ts';
import { Mlflow } from '#platform/mlflow/mlflow.ts';
import type { MlflowTarget } from '#platform/mlflow/mlflow-target.ts';
import type { MlflowTrace } from '#platform/mlflow/mlflow-trace.ts';
import { startFaultyFront, type Fate } from '../support/faulty-front.ts';
import { sparePort } from '../support/spare-port.mjs';
import { MLFLOW_MS, startMlflow, type MlflowServer } from '../support/mlflow-server.mjs';

let server: MlflowServer;
let mlflow: Mlflow;
let experiment: string;
beforeAll(async () => {
  server = await startMlflow();
  mlflow = new Mlflow(targetAt(server.url));
  experiment = (await mlflow.runs.makeExperiment('adapter', { 'sprintlab.experiment': 'adapter' })).id;
}, MLFLOW_MS);
afterAll(async () => {
  await mlflow.close();
  await server.stop();
});

const targetAt = (url: string, change: Partial<MlflowTarget> = {}): MlflowTarget => ({
  url,
  credentials: { kind: 'none' },
  isInsecure: false,
  certificateFile: null,
  proxies: { http: null, https: null, except: null },
  ...change,
});
const aRun = (id: string): Promise<string> =>
  mlflow.runs.create({ experiment, name: id, startTime: 1_000, tags: { 'sprintlab.id': id } });
const points = (count: number, key = 'hr_at_20'): readonly MlflowPoint[] =>
  Array.from({ length: count }, (_, step) => ({ key, value: step / 8, timestamp: 1_000 + step, step }));
const hex = (text: string, length: number): string => createHash('sha256').update(text).digest('hex').slice(0, length);
const inPython = async (program: string): Promise<unknown> => {
  const { stdout } = await promisify(execFile)(server.python, ['-c', program], {
    env: { ...process.env, MLFLOW_TRACKING_URI: server.url },
  });
  return JSON.parse(stdout.split('\n').at(-2) ?? '');
};

const aTrace = (name: string, attempts = 2): MlflowTrace => {
  const root = { id: hex(`${name} root`, 16), parent: null, name, startMs: 5_000, endMs: 9_000.5, isError: false };
  const calls = Array.from({ length: attempts }, (_, at) => ({
    ...{ id: hex(`${name} ${at}`, 16), parent: root.id, name: 'IDENTIFY', startMs: 5_000 + at, endMs: 6_000 + at },
    isError: false,
    attributes: {
      'mlflow.spanType': '"LLM"',
      'mlflow.spanInputs': JSON.stringify([{ role: 'user', content: `prompt ${at} ${'ä'.repeat(2_000)}` }]),
      'mlflow.spanOutputs': JSON.stringify('answer'),
      'mlflow.chat.tokenUsage': JSON.stringify({ input_tokens: 10, output_tokens: 2, total_tokens: 12 }),
      'mlflow.llm.cost': JSON.stringify({ input_cost: 0.25, output_cost: 0.5, total_cost: 0.75 }),
    },
  }));
  return {
    ...{ id: hex(name, 32), requestPreview: 'asked', responsePreview: 'x'.repeat(3_000), isError: false },
    tags: { 'sprintlab.session': '7' },
    spans: [{ ...root, attributes: { 'mlflow.spanType': '"CHAIN"' } }, ...calls],
  };
};

describe('the MLflow adapter, with a real server', () => {
  it('is told the version, and finds an experiment again that it made', async () => {
    expect(await mlflow.greet()).toBe('3.17.2');
    expect(await mlflow.runs.makeExperiment('adapter', {})).toEqual({ id: experiment, isDeleted: false });
    expect(await mlflow.runs.findExperiment('nobody')).toBeNull();
  });

  it('logs 2,500 points, 150 parameters and 120 tags in batches that MLflow takes, and none twice when all is sent again', async () => {
    const run = await aRun('batches');
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, String(at)]));
    const facts = { points: points(2_500), params: many(150), tags: many(120) };
    await mlflow.runs.log(run, facts);
    await mlflow.runs.log(run, facts);
    expect(await mlflow.runs.history(run, 'hr_at_20')).toEqual(facts.points);
    const found = await mlflow.runs.find(run);
    expect([found?.params.size, found?.tags.get('p119'), found?.startTime]).toEqual([150, '119', 1_000]);
  });

  it('stays within a megabyte a request', async () => {
    const run = await aRun('long');
    const tags = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`t${at}`, 'ä'.repeat(4_900)]));
    await mlflow.runs.log(run, { tags });
    expect((await mlflow.runs.find(run))?.tags.get('t299')).toHaveLength(4_900);
  });

  it('finds a run again by its tag, deleted or not', async () => {
    const run = await aRun('again');
    await mlflow.runs.delete(run);
    const found: string[] = [];
    for await (const page of mlflow.runs.withTag(experiment, 'sprintlab.id', 'again')) {
      found.push(...page.map(({ id, isDeleted }) => `${id} ${String(isDeleted)}`));
    }
    expect(found).toEqual([`${run} true`]);
    await mlflow.runs.restore(run);
    expect((await mlflow.runs.find(run))?.isDeleted).toBe(false);
    expect(await mlflow.runs.find('0123456789abcdef0123456789abcdef')).toBeNull();
  });

  it('ends a run, opens it again and ends it again', async () => {
    const run = await aRun('late');
    const end = { name: 'late', status: 'FINISHED', endTime: 2_000 } as const;
    await mlflow.runs.update(run, end);
    await mlflow.runs.update(run, { name: 'late', status: 'RUNNING', endTime: null });
    await mlflow.runs.update(run, { ...end, endTime: 3_000 });
    expect(await mlflow.runs.find(run)).toMatchObject({ status: 'FINISHED', endTime: 3_000 });
  });

  it('notes an input once, however often it is told', async () => {
    const run = await aRun('input');
    const input = {
      name: 'shop',
      digest: 'a'.repeat(36),
      sourceType: 'sprintlab',
      source: '{}',
      profile: '{}',
      context: 'training',
    };
    await mlflow.runs.logInputs(run, [input]);
    await mlflow.runs.logInputs(run, [input]);
    expect((await mlflow.runs.find(run))?.inputs).toEqual([{ name: 'shop', digest: 'a'.repeat(36) }]);
  });

  it('keeps artifacts through the proxy of the server, byte for byte', async () => {
    const run = await aRun('files');
    const place = { run, experiment };
    const bytes = new Uint8Array([0, 255, 10, 13]);
    expect(await mlflow.artifacts.list(run)).toEqual([]);
    await mlflow.artifacts.put(place, 'training/a b.bin', bytes);
    await mlflow.artifacts.put(place, 'training/a b.bin', bytes);
    expect(await mlflow.artifacts.list(run)).toEqual([{ path: 'training/a b.bin', bytes: 4 }]);
    expect(await mlflow.artifacts.get(place, 'training/a b.bin')).toEqual(bytes);
    await mlflow.artifacts.delete(place, 'training/a b.bin');
    expect(await mlflow.artifacts.list(run)).toEqual([]);
  });

  it('sends traces with every word of their prompts, once however often they are sent', async () => {
    const run = await aRun('traces');
    const traces = [aTrace('first'), aTrace('second', 3)];
    await mlflow.traces.send(experiment, run, traces);
    await mlflow.traces.send(experiment, run, traces);
    const found = await mlflow.traces.ofRun(experiment, run);
    expect(found.map(({ id }) => id).sort()).toEqual(traces.map(({ id }) => id).sort());
    expect(found[0]?.tags['sprintlab.session']).toBe('7');
    const seen = await inPython(
      [
        'import json, mlflow',
        `t = mlflow.get_trace("tr-${hex('second', 32)}")`,
        'spans = [[s.name, s.span_type, s.inputs] for s in t.data.spans]',
        'print(json.dumps([len(spans), spans[1][1], len(spans[1][2][0]["content"]), t.info.token_usage, t.info.trace_metadata["mlflow.sourceRun"]]))',
      ].join('\n'),
    );
    expect(seen).toEqual([4, 'LLM', 2_009, { input_tokens: 30, output_tokens: 6, total_tokens: 36 }, run]);
  });

  it('registers each wording of a prompt once, as a version that Python loads', async () => {
    const prompt = (template: string) => ({
      ...{ name: 'sprintlab-test', template, identity: 'sprintlab.hash' },
      tags: { 'sprintlab.hash': hex(template, 64) },
    });
    const versions = [];
    for (const template of ['Hello {{name}}', 'Good day {{name}}', 'Hello {{name}}']) {
      versions.push(await mlflow.prompts.register(prompt(template)));
    }
    expect(versions).toEqual(['1', '2', '1']);
    const program =
      'import json, mlflow\nprint(json.dumps(mlflow.genai.load_prompt("prompts:/sprintlab-test/2").template))';
    expect(await inPython(program)).toBe('Good day {{name}}');
  });
});

describe('the MLflow adapter, over a line that fails', () => {
  it('asks again for what can be done again, which is there once though two of three answers did not come', async () => {
    const run = await aRun('lossy');
    const fates: readonly Fate[] = ['cut', 'failed', 'passed', 'limited', 'cut', 'passed'];
    const front = await startFaultyFront(server.url, (count) => fates[(count - 1) % fates.length] ?? 'passed');
    const far = new Mlflow(targetAt(front.url));
    try {
      await far.runs.log(run, { points: points(1_500), params: { a: '1' } });
      await far.artifacts.put({ run, experiment }, 'a.bin', new Uint8Array([1]));
      await far.traces.send(experiment, run, [aTrace('lossy')]);
      expect(await far.runs.history(run, 'hr_at_20')).toEqual(points(1_500));
    } finally {
      await far.close();
      await front.stop();
    }
    expect(await mlflow.traces.ofRun(experiment, run)).toHaveLength(1);
  });

  it('does not ask again for a new run, of which there could be two', async () => {
    const front = await startFaultyFront(server.url, () => 'cut');
    const far = new Mlflow(targetAt(front.url));
    const twice = { experiment, name: 'twice', startTime: 1, tags: { 'sprintlab.id': 'twice' } };
    await expect(far.runs.create(twice)).rejects.toThrow('ended the connection without an answer');
    await far.close();
    await front.stop();
    for await (const page of mlflow.runs.withTag(experiment, 'sprintlab.id', 'twice')) expect(page).toHaveLength(1);
  });
});

describe('the MLflow adapter is refused', () => {
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'nothing',
      (error: unknown) =>
        error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : String(error),
    );
  const elsewhere = async (url: string, change: Partial<MlflowTarget> = {}): Promise<string> => {
    const other = new Mlflow(targetAt(url, change));
    return codeOf(other.greet()).finally(() => other.close());
  };

  it('a run and an experiment that somebody deleted, until it is restored', async () => {
    const run = await aRun('gone');
    await mlflow.runs.delete(run);
    expect(await codeOf(mlflow.runs.log(run, { points: points(1) }))).toContain(
      'MLFLOW_DELETED: Somebody deleted the run',
    );
    const { id } = await mlflow.runs.makeExperiment('doomed', {});
    await inPython(`import json, mlflow\nmlflow.delete_experiment("${id}")\nprint(json.dumps(0))`);
    const create = () => mlflow.runs.create({ experiment: id, name: 'late', startTime: 1, tags: {} });
    expect(await codeOf(create())).toContain('MLFLOW_DELETED: Somebody deleted the experiment');
    await mlflow.runs.restoreExperiment(id);
    expect(await codeOf(create())).toBe('nothing');
  });

  it('another value of a parameter', async () => {
    const run = await aRun('conflict');
    await mlflow.runs.log(run, { params: { a: '1' } });
    expect(await codeOf(mlflow.runs.log(run, { params: { a: '2' } }))).toContain('MLFLOW_PARAMETER_CONFLICT');
  });

  it('a name that MLflow does not take, in its words', async () => {
    const run = await aRun('name');
    expect(await codeOf(mlflow.runs.log(run, { points: points(1, 'hr@20') }))).toMatch(
      /MLFLOW_REFUSED.*Names may only contain/,
    );
  });

  it('a host that the server does not want to be called', async () => {
    const said = await elsewhere(server.url.replace('127.0.0.1', 'localhost.'));
    expect(said).toMatch(/MLFLOW_(HOST_CHECK|UNAVAILABLE)/);
  });

  it('what is nobody, or no MLflow', async () => {
    expect(await elsewhere(`http://127.0.0.1:${await sparePort()}`)).toContain('nothing listens there');
  });
});
