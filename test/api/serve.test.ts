import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import type { ReadinessReport } from '#apps/api/readiness.ts';
import { aFolder, aHomeWithToy, aManifestFile, sprintlab, type Invocation } from '../support/command-line.ts';
import { freshDatabase } from '../support/postgres-server.mjs';
import { descendantsOf, isAlive } from '../support/process-tree.ts';
import { atHome, eventually, standingOf, startProgram, submit, type RunningProgram } from '../support/program.ts';

const SERVE = ['serve', '--port', '0', '--workers', '1'];
/** Some seconds of neighbours. */
const SLOW = ['--users', '3000', '--items', '1500'];
/** Its evaluation is what takes them. */
const SLOW_TRIAL = ['arms: [{name: vs-knn, method: vs-knn}]'];

async function json(url: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

async function readinessOf({ url }: RunningProgram): Promise<ReadinessReport & { readonly status: number }> {
  const { status, body } = await json(`${url}/ready`);
  return { status, ...(body as ReadinessReport) };
}

/** `name{label="value"}` → number. */
async function metricsOf({ url }: RunningProgram): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** The process of a stage that runs under a program: below the command there is the program, below that its stages. */
async function stageProcessOf(running: RunningProgram): Promise<number> {
  let found: readonly number[] = [];
  await eventually(async () => {
    found = await descendantsOf(running.process.pid ?? 0);
    return found.length >= 2;
  });
  return found[1]!;
}

describe.each(['SQLite', 'Postgres'])('a server on %s', (engine) => {
  const invocationWith = async (options: readonly string[] = []): Promise<Invocation> => {
    if (engine === 'SQLite') return { home: await aHomeWithToy(options) };
    const invocation = {
      home: await aFolder(),
      environment: { SPRINTLAB_DATABASE_URL: await freshDatabase(inject('postgresUrl')) },
    };
    const made = await sprintlab(['datasets', 'generate', 'random', '--name', 'toy', ...options], invocation);
    expect(made.code).toBe(0);
    return invocation;
  };

  it('works off what is submitted, and tells of it', { timeout: 180_000 }, async () => {
    const invocation = await invocationWith();
    const server = await startProgram(SERVE, invocation);
    expect(await json(`${server.url}/health`)).toEqual({
      status: 200,
      body: { status: 'ok', version: '0.1.0', uptimeSeconds: expect.any(Number) as number },
    });
    const { status, ready, checks } = await readinessOf(server);
    expect([status, ready]).toEqual([200, true]);
    expect(checks.map(({ name, state }) => [name, state])).toEqual([
      ['process', 'ok'],
      ['data base', 'ok'],
      ['artifacts', 'ok'],
      ['queue', 'ok'],
    ]);
    const submission = await submit(await aManifestFile(), invocation);
    await eventually(async () => (await standingOf(submission, invocation)).state === 'finished', 300);

    const succeeded = await server.logged('evaluation succeeded');
    expect(succeeded).toMatchObject({ level: 'info', submission, stage: expect.any(String) as string });
    expect(succeeded.trial).toEqual(expect.any(String));
    expect(succeeded.execution).toEqual(expect.any(String));

    // Values of rows are a few seconds old at most.
    await eventually(async () => (await metricsOf(server)).get('sprintlab_submissions{state="finished"}') === 1, 500);
    const metrics = await metricsOf(server);
    const expected = {
      'sprintlab_info{version="0.1.0"}': 1,
      sprintlab_database_up: 1,
      'sprintlab_stages{kind="sessions",status="succeeded"}': 1,
      'sprintlab_stages{kind="evaluation",status="succeeded"}': 3,
      'sprintlab_executions_ended_total{kind="baseline",outcome="succeeded"}': 3,
      'sprintlab_claims_total{kind="baseline"}': 3,
      'sprintlab_stage_seconds_count{kind="evaluation"}': 3,
      sprintlab_scheduler_leads: 1,
      sprintlab_workers_alive: 1,
      sprintlab_worker_slots: 1,
    };
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, metrics.get(name)]))).toEqual(expected);
    expect(metrics.get('sprintlab_scheduler_turn_seconds_count{leads="true"}')).toBeGreaterThan(3);
    expect(metrics.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('gives back what it runs when it is told to stop, and a worker ends it', { timeout: 180_000 }, async () => {
    const invocation = await invocationWith(SLOW);
    const submission = await submit(await aManifestFile(SLOW_TRIAL), invocation);
    const server = await startProgram(SERVE, invocation);
    await server.logged('evaluation begins');
    const stage = await stageProcessOf(server);
    const toldAt = Date.now();
    server.process.kill('SIGTERM');
    expect((await server.outcome).code).toBe(0);
    // A few seconds; a machine that does other things as well may take longer.
    expect(Date.now() - toldAt).toBeLessThan(20_000);
    expect(isAlive(stage)).toBe(false);
    expect(server.log().map(({ message }) => message)).toContain('evaluation is given back');
    expect((await standingOf(submission, invocation)).stages).toMatchObject({ running: 0, failed: 0 });

    const { code, err } = await sprintlab(['worker', '--drain', '--workers', '2'], invocation);
    expect([code, err]).toEqual([0, expect.stringContaining('evaluation succeeded')]);
    expect(await standingOf(submission, invocation)).toMatchObject({ state: 'finished', stages: { succeeded: 3 } });
  });

  it('has the process of a stage gone soon after the cancel', { timeout: 180_000 }, async () => {
    const invocation = await invocationWith(SLOW);
    const submission = await submit(await aManifestFile(SLOW_TRIAL), invocation);
    const server = await startProgram(SERVE, invocation);
    await server.logged('evaluation begins');
    const stage = await stageProcessOf(server);
    await atHome(['cancel', submission], invocation);
    // The cancel was written before the process that wrote it ended.
    const cancelledAt = Date.now();
    await eventually(() => Promise.resolve(!isAlive(stage)), 10);
    // It looks every half second, so that 2 seconds are enough; a machine that does other things as well may take longer.
    expect(Date.now() - cancelledAt).toBeLessThanOrEqual(6_000);
    expect((await server.logged("no longer this worker's")).level).toBe('warn');
  });
});

describe('a server', () => {
  it('answers every refusal in the one shape, without a stack or the query', { timeout: 120_000 }, async () => {
    const { url } = await startProgram([...SERVE.slice(0, -1), '0'], { home: await aFolder() });
    expect(await json(`${url}/api/v1/nothing?token=secret`)).toEqual({
      status: 404,
      body: { error: { code: 'NOT_FOUND', message: 'There is nothing at GET /api/v1/nothing.', places: [] } },
    });
    const post = async (body: string): Promise<unknown> => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/health`, { method: 'POST', headers, body });
      return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
    };
    expect(await post('{}')).toEqual([404, 'NOT_FOUND']);
    expect(await post('{bad')).toEqual([400, 'BAD_REQUEST']);
    expect(await post(JSON.stringify('x'.repeat(2 ** 21)))).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it('says which port is free where its own is in use', { timeout: 120_000 }, async () => {
    const occupant = createServer();
    await new Promise<void>((listening) => occupant.listen(0, '127.0.0.1', listening));
    const { port } = occupant.address() as AddressInfo;
    const { code, out, err } = await sprintlab(['serve', '--port', String(port), '--json'], { home: await aFolder() });
    occupant.close();
    expect([code, err]).toEqual([1, '']);
    const { error } = JSON.parse(out) as { error: { code: string; message: string } };
    expect(error.code).toBe('PORT_IN_USE');
    expect(error.message).toMatch(
      new RegExp(`^Port ${port} of 127.0.0.1 is in use, perhaps by another .sprintlab serve.: --port \\d+ is free.$`),
    );
  });

  it('refuses any other address without authentication', { timeout: 120_000 }, async () => {
    const { code, out, err } = await sprintlab(['serve', '--host', '0.0.0.0'], { home: await aFolder() });
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(/^--host 0\.0\.0\.0: without accounts this server refuses to listen .*\n$/);
  });

  it('ends when the command that started it is killed', { timeout: 120_000 }, async () => {
    const server = await startProgram(SERVE, { home: await aFolder() });
    const [program] = await descendantsOf(server.process.pid ?? 0);
    server.process.kill('SIGKILL');
    await eventually(() => Promise.resolve(!isAlive(program!)));
  });

  it('goes on where its data base was away, and says so once', { timeout: 180_000 }, async () => {
    const url = await freshDatabase(inject('postgresUrl'));
    const name = url.split('/').at(-1)!;
    const server = await startProgram(SERVE, { home: await aFolder(), environment: { SPRINTLAB_DATABASE_URL: url } });
    const client = new pg.Client(inject('postgresUrl'));
    await client.connect();
    await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await eventually(async () => (await fetch(`${server.url}/ready`)).status === 503, 200);
    const { checks } = await readinessOf(server);
    expect(checks.filter(({ state }) => state === 'failed').map((check) => check.name)).toEqual(['data base']);
    expect(checks[1]?.advice).toContain('sprintlab doctor');
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await server.logged('scheduling:');
    await new Promise((wake) => setTimeout(wake, 2_000));
    const troubles = server.log().filter(({ level, message }) => level === 'warn' && message.startsWith('scheduling:'));
    // One for the connection that was cut, one for those that are refused.
    expect(troubles.length).toBeLessThanOrEqual(3);

    await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await client.end();
    await server.logged('scheduling: works again');
    await eventually(async () => (await fetch(`${server.url}/ready`)).status === 200, 200);
    server.process.kill('SIGINT');
    expect((await server.outcome).code).toBe(0);
  });

  it('tells its metrics though the data base keeps it waiting, and that this does', { timeout: 120_000 }, async () => {
    const url = await freshDatabase(inject('postgresUrl'));
    const server = await startProgram(SERVE, { home: await aFolder(), environment: { SPRINTLAB_DATABASE_URL: url } });
    const rowsAreThere = async (): Promise<boolean> => (await metricsOf(server)).get('sprintlab_database_up') === 1;
    await eventually(rowsAreThere);
    const client = new pg.Client(url);
    await client.connect();
    await client.query('BEGIN; LOCK TABLE stages IN ACCESS EXCLUSIVE MODE');
    await eventually(async () => !(await rowsAreThere()));
    expect((await metricsOf(server)).get('process_resident_memory_bytes')).toBeGreaterThan(0);
    await client.query('ROLLBACK');
    await client.end();
    await eventually(rowsAreThere);
  });

  it('is not ready where artifacts cannot be written, and says what to do', { timeout: 120_000 }, async () => {
    const home = await aFolder();
    const server = await startProgram(SERVE, { home });
    await writeFile(join(home, 'artifacts'), 'in the way');
    const { status, ready, checks } = await readinessOf(server);
    expect([status, ready]).toEqual([503, false]);
    expect(checks.find(({ name }) => name === 'artifacts')).toMatchObject({
      state: 'failed',
      advice: expect.stringContaining('change the rights of the folder') as string,
    });
  });
});
