import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Mlflow } from '#platform/mlflow/mlflow.ts';
import type { MlflowTarget } from '#platform/mlflow/mlflow-target.ts';
import { startProxy, startTlsDoor, startTokenDoor, type Door } from '../support/doors.ts';
import { MLFLOW_MS, mlflowPython, startMlflow, type MlflowServer } from '../support/mlflow-server.mjs';

const ADMIN = { user: 'admin', password: 'twelve or more of them' };
const BASIC = { kind: 'basic', ...ADMIN } as const;
const HOST = '127.0.0.1';

let folder: string;
/** Asks everybody for name and password. */
let guarded: MlflowServer;
let tls: Door;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sprintlab-doors-'));
  const settings = join(folder, 'basic_auth.ini');
  await writeFile(settings, guardSettings());
  guarded = await startMlflow(['--app-name', 'basic-auth'], { MLFLOW_AUTH_CONFIG_PATH: settings });
  const program = fileURLToPath(new URL('../support/python/self_signed.py', import.meta.url));
  await promisify(execFile)(await mlflowPython(), [program, folder]);
  const [certificate, key] = await Promise.all(
    ['certificate.pem', 'key.pem'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  tls = await startTlsDoor(guarded.url, { certificate: certificate ?? '', key: key ?? '' });
}, MLFLOW_MS);
afterAll(async () => {
  await tls.stop();
  await guarded.stop();
  await rm(folder, { recursive: true });
});

function guardSettings(): string {
  const settings = {
    default_permission: 'NO_PERMISSIONS',
    database_uri: `sqlite:///${folder}/users.db`,
    admin_username: ADMIN.user,
    admin_password: ADMIN.password,
    authorization_function: 'mlflow.server.auth:authenticate_request_basic_auth',
  };
  return ['[mlflow]', ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`)].join('\n');
}

const NO_PROXIES = { http: null, https: null, except: null };
const targetAt = (url: string, change: Partial<MlflowTarget> = {}): MlflowTarget => ({
  ...{ url, credentials: BASIC, isInsecure: false, certificateFile: null, proxies: NO_PROXIES },
  ...change,
});

/** Whatever the mirror does: an experiment, a run, its points, a file and a trace. */
async function everything(target: MlflowTarget, name: string): Promise<void> {
  const mlflow = new Mlflow(target);
  try {
    await mlflow.greet();
    const { id: experiment } = await mlflow.runs.makeExperiment(name, {});
    const run = await mlflow.runs.create({ experiment, name, startTime: 1, tags: {} });
    const points = [{ key: 'loss', value: 0.5, timestamp: 1, step: 1 }];
    await mlflow.runs.log(run, { points });
    await mlflow.artifacts.put({ run, experiment }, 'a.bin', new Uint8Array([1, 2, 3]));
    const span = { id: '0'.repeat(15) + '1', parent: null, name, startMs: 1, endMs: 2, isError: false, attributes: {} };
    const about = { requestPreview: '', responsePreview: '', isError: false, tags: {} };
    const id = Buffer.from(name.padEnd(16)).toString('hex').slice(0, 32);
    await mlflow.traces.send(experiment, run, [{ id, ...about, spans: [span] }]);
    expect(await mlflow.runs.history(run, 'loss')).toEqual(points);
    expect(await mlflow.artifacts.get({ run, experiment }, 'a.bin')).toEqual(new Uint8Array([1, 2, 3]));
    expect((await mlflow.traces.ofRun(experiment, run)).map((trace) => trace.id)).toEqual([id]);
  } finally {
    await mlflow.close();
  }
}

async function refusal(target: MlflowTarget): Promise<string> {
  const mlflow = new Mlflow(target);
  const said = await mlflow.greet().catch((error: unknown) => (error instanceof Error ? error.message : ''));
  await mlflow.close();
  return said;
}

describe('an MLflow server that does not let everybody in', () => {
  it('takes everything from who has its name and password, and nothing from others', async () => {
    await everything(targetAt(guarded.url), 'by password');
    const wrong = { ...BASIC, password: 'another one of them' };
    expect(await refusal(targetAt(guarded.url, { credentials: wrong }))).toContain('MLFLOW_TRACKING_PASSWORD');
    expect(await refusal(targetAt(guarded.url, { credentials: { kind: 'none' } }))).toContain(
      'does not know these credentials',
    );
  });

  it('takes everything from who has its token, and nothing from others', async () => {
    const open = await startMlflow();
    const door = await startTokenDoor(open.url, 'the token');
    try {
      await everything(targetAt(door.url, { credentials: { kind: 'bearer', token: 'the token' } }), 'by token');
      const other = { kind: 'bearer', token: 'another' } as const;
      expect(await refusal(targetAt(door.url, { credentials: other }))).toContain('MLFLOW_TRACKING_TOKEN');
    } finally {
      await door.stop();
      await open.stop();
    }
  });
});

describe('an MLflow server behind TLS', () => {
  it('is trusted where its authority is named, or where anything is, and else it is said why not', async () => {
    await everything(targetAt(tls.url, { certificateFile: join(folder, 'certificate.pem') }), 'by authority');
    await everything(targetAt(tls.url, { isInsecure: true }), 'by carelessness');
    expect(await refusal(targetAt(tls.url))).toContain('MLFLOW_TRACKING_SERVER_CERT_PATH');
  });
});

describe('an MLflow server behind a proxy', () => {
  it('is reached through it, with TLS and without, unless its host is an exception', async () => {
    const proxy = await startProxy();
    const through = { ...NO_PROXIES, http: proxy.url, https: proxy.url };
    const certificateFile = join(folder, 'certificate.pem');
    try {
      await everything(targetAt(guarded.url, { proxies: { ...through, except: HOST } }), 'past it');
      expect(proxy.asked).toEqual([]);
      await everything(targetAt(guarded.url, { proxies: through }), 'through it');
      expect(new Set(proxy.asked.map((one) => one.split(' ')[1]))).toEqual(new Set([new URL(guarded.url).host]));
      await everything(targetAt(tls.url, { certificateFile, proxies: through }), 'both');
      expect(proxy.asked.at(-1)).toBe(`CONNECT ${new URL(tls.url).host}`);
    } finally {
      await proxy.stop();
    }
  });
});
