import { describe, expect, it } from 'vitest';
import type { AuditEntryAnswer, CreatedTokenAnswer, SessionAnswer } from '#features/accounts/http/accounts.schema.ts';
import type { Page } from '#kernel/page.ts';
import { aFolder, sprintlab, type Invocation } from '../support/command-line.ts';
import { aPlaceOn, ask, send, serve } from '../support/sprint-server.ts';
import { eventually, type RunningProgram } from '../support/program.ts';

const TOKENS = { SPRINTLAB_AUTH: 'tokens' };

async function aToken(invocation: Invocation, role: string): Promise<CreatedTokenAnswer> {
  const { code, out, err } = await sprintlab(
    ['tokens', 'create', `${role}-of-test`, '--role', role, '--json'],
    invocation,
  );
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as CreatedTokenAnswer;
}

const bearing = ({ token }: { readonly token: string }) => ({ authorization: `Bearer ${token}` });
const SUBMIT = send({ manifest: 'sprintlab: 1' });

async function statusOf(server: RunningProgram, path: string, request: RequestInit = {}): Promise<number> {
  return (await ask(server, path, request)).status;
}

describe.each(['SQLite', 'Postgres'])('accounts on %s', (engine) => {
  it('let in whom their role lets in, until they are revoked', { timeout: 120_000 }, async () => {
    const invocation = await aPlaceOn(engine);
    const [viewer, researcher, admin] = [
      await aToken(invocation, 'viewer'),
      await aToken(invocation, 'researcher'),
      await aToken(invocation, 'admin'),
    ];
    const server = await serve(invocation, TOKENS);
    const as = (one: { readonly token: string }, request: RequestInit = {}): RequestInit => ({
      ...request,
      headers: { ...(request.headers as Record<string, string>), ...bearing(one) },
    });
    for (const path of ['/experiments', '/events', '/settings', '/tokens', '/settings'])
      expect(await statusOf(server, path)).toBe(401);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    // Not even whether there is such an experiment.
    const [known, unknown] = [await ask(server, '/experiments/nothing'), await ask(server, '/experiments')];
    expect(known.body).toEqual(unknown.body);

    expect(await statusOf(server, '/experiments', as(viewer))).toBe(200);
    expect(await statusOf(server, '/submissions', as(viewer, SUBMIT))).toBe(403);
    expect(await statusOf(server, '/tokens', as(researcher))).toBe(403);
    expect(await statusOf(server, '/plan', as(viewer, SUBMIT))).toBe(422);
    expect(await statusOf(server, '/no-such-route', as(admin, SUBMIT))).toBe(404);
    // It may; its manifest is wrong.
    expect(await statusOf(server, '/submissions', as(researcher, SUBMIT))).toBe(422);
    expect(await statusOf(server, '/tokens', as(admin))).toBe(200);

    const { body: made } = await ask<CreatedTokenAnswer>(
      server,
      '/tokens',
      as(admin, send({ name: 'guest', role: 'viewer' })),
    );
    expect(await statusOf(server, '/experiments', as(made))).toBe(200);
    expect(await statusOf(server, `/tokens/${made.id}`, as(admin, { method: 'DELETE' }))).toBe(200);
    expect(await statusOf(server, '/experiments', as(made))).toBe(401);
    const revoked = await sprintlab(['tokens', 'revoke', viewer.id.slice(0, 8)], invocation);
    expect(revoked.code).toBe(0);
    expect(await statusOf(server, '/experiments', as(viewer))).toBe(401);

    const { body: trail } = await ask<Page<AuditEntryAnswer>>(server, '/audit-trail?sort=number', as(admin));
    expect(trail.items.map(({ who, deed, status }) => [who, deed, status])).toEqual(
      expect.arrayContaining([
        [null, 'GET /api/v1/experiments', 401],
        ['viewer-of-test', 'POST /api/v1/submissions', 403],
        ['researcher-of-test', 'POST /api/v1/submissions', 422],
        ['admin-of-test', 'POST /api/v1/tokens', 201],
        ['admin-of-test', `DELETE /api/v1/tokens/${made.id}`, 200],
      ]),
    );
    // A question changes nothing, and the same denial is told of once.
    const deeds = trail.items.map(({ deed }) => deed);
    expect(deeds.filter((deed) => deed.includes('/plan') || deed.includes('/no-such-route'))).toEqual([]);
    expect(deeds.filter((deed) => deed === 'GET /api/v1/settings')).toHaveLength(1);
    const rows = JSON.stringify((await sprintlab(['tokens', 'list', '--json'], invocation)).out);
    for (const { token } of [viewer, researcher, admin]) expect(rows).not.toContain(token);
  });

  it('log a browser in by a cookie that scripts and other sites cannot use', { timeout: 120_000 }, async () => {
    const invocation = await aPlaceOn(engine);
    const admin = await aToken(invocation, 'admin');
    const server = await serve(invocation, TOKENS);
    const anybody = await ask<SessionAnswer>(server, '/session');
    expect(anybody.body).toEqual({ accounts: true, name: null, role: null, expiresAt: null });
    const entered = await ask<SessionAnswer>(server, '/session', send({ token: admin.token }));
    expect([entered.status, entered.body.role, entered.body.name]).toEqual([200, 'admin', 'admin-of-test']);
    const set = entered.headers.get('set-cookie')!;
    expect(set).toMatch(/^sprintlab=[\w-]{43}; .*HttpOnly/);
    expect(set).toContain('SameSite=Strict');
    const cookie = set.split(';')[0]!;
    expect(set).not.toContain(admin.token);

    expect(await statusOf(server, '/tokens', { headers: { cookie } })).toBe(200);
    const write = (headers: Record<string, string>) =>
      statusOf(server, '/tokens', send({ name: 'x', role: 'viewer' }, { cookie, ...headers }));
    expect(await write({})).toBe(403);
    expect(await write({ 'x-sprintlab': '1', origin: 'https://evil.example' })).toBe(403);
    expect(await write({ 'x-sprintlab': '1', 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await write({ 'x-sprintlab': '1', origin: new URL(server.url).origin })).toBe(201);

    const left = await ask<SessionAnswer>(server, '/session', {
      method: 'DELETE',
      headers: { cookie, 'x-sprintlab': '1' },
    });
    expect(left.body.role).toBeNull();
    expect(await statusOf(server, '/tokens', { headers: { cookie } })).toBe(401);
    const request = { headers: bearing(admin) };
    const { body: trail } = await ask<Page<AuditEntryAnswer>>(
      server,
      '/audit-trail?sort=number&filter=deed ~ session',
      request,
    );
    expect(trail.items.map(({ who, deed, status }) => [who, deed, status])).toEqual([
      ['admin-of-test', 'POST /api/v1/session', 200],
      ['admin-of-test', 'DELETE /api/v1/session', 200],
    ]);
  });

  it('end the stream of who may not follow any more', { timeout: 120_000 }, async () => {
    const invocation = await aPlaceOn(engine);
    const [guest, stays] = [await aToken(invocation, 'viewer'), await aToken(invocation, 'admin')];
    const server = await serve(invocation, TOKENS);
    const follow = async (one: { readonly token: string }) => {
      const headers = { accept: 'text/event-stream', ...bearing(one) };
      const { body } = await fetch(`${server.url}/api/v1/events`, { headers });
      let hasEnded = false;
      const end = () => void (hasEnded = true);
      void body!.pipeTo(new WritableStream()).then(end, end);
      return () => hasEnded;
    };
    const [guestIsOut, otherIsOut] = [await follow(guest), await follow(stays)];
    expect((await sprintlab(['tokens', 'revoke', guest.id], invocation)).code).toBe(0);
    await eventually(() => Promise.resolve(guestIsOut()));
    expect(otherIsOut()).toBe(false);
  });

  it('slow whoever guesses, and nobody else', { timeout: 120_000 }, async () => {
    const invocation = await aPlaceOn(engine);
    const admin = await aToken(invocation, 'admin');
    const server = await serve(invocation, TOKENS);
    const guess = () => ask(server, '/session', send({ token: 'sprintlab_guess' }));
    const statuses = [];
    for (let time = 0; time < 6; time += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const slowed = await guess();
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(slowed.body).toMatchObject({ error: { code: 'TOO_MANY_ATTEMPTS' } });
    await new Promise((wake) => setTimeout(wake, 1_100));
    expect((await ask(server, '/session', send({ token: admin.token }))).status).toBe(200);
  });
});

describe('a token', () => {
  it.each([
    [['', '--days', '1'], 'The name of a token has 1 to 100 characters.'],
    [['x'.repeat(101)], 'The name of a token has 1 to 100 characters.'],
    [['eve', '--days', '999999999'], 'A token is valid for 1 to 3650 days, not 999999999.'],
  ])('%j is not made', async (words, message) => {
    const { code, out, err } = await sprintlab(['tokens', 'create', ...words], { home: await aFolder() });
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(message)]);
  });
});

describe('a server without accounts', () => {
  it('refuses to listen anywhere but on this machine', async () => {
    const invocation = { home: await aFolder() };
    const { code, err } = await sprintlab(['serve', '--host', '0.0.0.0', '--port', '0'], invocation);
    expect([code, err]).toEqual([3, expect.stringContaining('SPRINTLAB_AUTH=tokens')]);
  });

  it('takes no writes from pages of other sites', async () => {
    const server = await serve({ home: await aFolder() });
    const request = send({ manifest: 'sprintlab: 1' }, { origin: 'https://evil.example' });
    expect(await statusOf(server, '/submissions', request)).toBe(403);
    const form = { method: 'POST', headers: { 'content-type': 'text/plain', origin: 'null' } };
    expect(await statusOf(server, '/submissions/x/cancel', form)).toBe(403);
  });

  it('listens elsewhere with accounts', async () => {
    const invocation = { home: await aFolder(), environment: { ...TOKENS } };
    const { startProgram } = await import('../support/program.ts');
    const server = await startProgram(['serve', '--host', '0.0.0.0', '--port', '0', '--workers', '0'], invocation);
    const { port } = new URL(server.url);
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/experiments`)).status).toBe(401);
  });
});
