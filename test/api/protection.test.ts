import { connect } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntryAnswer } from '#features/accounts/http/accounts.schema.ts';
import type { SubmittedAnswer } from '#features/submissions/http/submissions.schema.ts';
import type { ErrorAnswer } from '#apps/error-answer.ts';
import type { Page } from '#kernel/page.ts';
import { aFolder, sprintlab, type Invocation } from '../support/command-line.ts';
import { ask, send, serve } from '../support/sprint-server.ts';

const MANIFEST = [
  'sprintlab: 1',
  'name: asked',
  'question: "Is <script>alert(1)</script> shown as it is written?"',
  'dataset: toy',
  'protocol: {sessions: history, split: leave-one-out}',
  'arms: [{name: popularity, method: popularity}, {name: item-knn, method: item-knn}]',
  '',
].join('\n');

describe('the server', () => {
  let place: Invocation;
  beforeAll(async () => {
    place = { home: await aFolder(), environment: {} };
  });
  const withToy = async (): Promise<Invocation> => {
    const invocation = { home: await aFolder(), environment: {} };
    await sprintlab(['datasets', 'generate', 'random', '--name', 'toy'], invocation);
    return invocation;
  };

  it('submits once, however often it is asked with one key', async () => {
    const server = await serve(await withToy());
    const submit = (manifest: string, key: string) =>
      ask<SubmittedAnswer & ErrorAnswer>(server, '/submissions', send({ manifest }, { 'idempotency-key': key }));
    const [first, again] = await Promise.all([submit(MANIFEST, 'one'), submit(MANIFEST, 'one')]);
    const later = await submit(MANIFEST, 'one');
    expect([first.status, again.status, later.status]).toEqual([201, 201, 201]);
    expect([again.body, later.body]).toEqual([first.body, first.body]);
    expect(first.body).toMatchObject({ experiment: 'asked', revision: 1, state: 'new', plan: { trials: 2 } });
    expect((await submit(MANIFEST, 'another')).body.state).toBe('continued');
    const other = await submit(MANIFEST.replace('asked', 'other'), 'one');
    expect([other.status, other.body.error.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    // Nor at the same time: of two that differ one is refused before anything is made of it.
    const both = await Promise.all(['this', 'that'].map((name) => submit(MANIFEST.replace('asked', name), 'two')));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await ask<Page<unknown>>(server, '/experiments')).body.items).toHaveLength(2);
    expect((await submit(MANIFEST, 'x'.repeat(201))).status).toBe(400);

    // What was written is what is told: nothing of it is a page.
    const shown = await ask<{ readonly question: string }>(server, '/experiments/asked/board');
    expect(shown.body.question).toBe('Is <script>alert(1)</script> shown as it is written?');
    expect(shown.headers.get('content-type')).toContain('application/json');
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');

    const { submission } = first.body;
    const wish = (name: string) => ask<ErrorAnswer>(server, `/submissions/${submission}/${name}`, { method: 'POST' });
    expect((await wish('pause')).status).toBe(200);
    expect((await wish('pause')).body.error.code).toBe('NOTHING_TO_DO');
    expect((await wish('cancel')).status).toBe(200);
    expect((await ask(server, '/experiments/asked', { method: 'DELETE' })).status).toBe(200);
    expect((await ask(server, '/experiments/asked/board')).status).toBe(404);
    const { body: trail } = await ask<Page<AuditEntryAnswer>>(server, '/audit-trail?filter=deed ~ DELETE');
    expect(trail.items).toMatchObject([{ deed: 'DELETE /api/v1/experiments/asked', status: 200 }]);
  });

  it('names every mistake of a manifest at its place, and creates nothing', async () => {
    const server = await serve(await withToy());
    const manifest = MANIFEST.replace('dataset: toy', 'dataset: toi').replace('method: item-knn', 'method: item-kn');
    for (const path of ['/plan', '/submissions']) {
      const { status, body } = await ask<ErrorAnswer>(server, path, send({ manifest, file: 'experiments/mine.yaml' }));
      expect(status).toBe(422);
      expect(body.error.places).toMatchObject([
        { file: 'experiments/mine.yaml', line: 4, suggestion: 'toy' },
        { line: 6, suggestion: 'item-knn' },
      ]);
    }
    expect((await ask(server, '/submissions')).body).toEqual({ items: [], next: null });
  });

  it('lets a manifest from the network read no file', async () => {
    const invocation = await withToy();
    await writeFile(join(invocation.home, 'secret.yaml'), 'password: hunter2\n');
    const server = await serve(invocation);
    for (const path of [join(invocation.home, 'secret.yaml'), '../../secret.yaml', 'secret.yaml', '/etc/passwd']) {
      const manifest = `${MANIFEST}extends: ${path}\n`;
      const { status, body } = await ask<ErrorAnswer>(
        server,
        '/plan',
        send({ manifest, file: join(invocation.home, 'x.yaml') }),
      );
      expect([path, status]).toEqual([path, 422]);
      expect(JSON.stringify(body)).not.toContain('hunter2');
      expect(JSON.stringify(body)).not.toContain('password');
    }
  });

  it('gives what a browser has already once only', async () => {
    const server = await serve(place);
    const first = await ask(server, '/templates');
    const etag = first.headers.get('etag')!;
    expect((await ask(server, '/templates', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await ask(server, '/templates', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it('refuses what is too large, of a wrong kind or no request at all, in the one shape', async () => {
    const server = await serve(place);
    const refused = async (path: string, request: RequestInit = {}) => {
      const { status, body } = await ask<ErrorAnswer>(server, path, request);
      expect(Object.keys(body.error)).toEqual(['code', 'message', 'places']);
      return status;
    };
    expect(await refused('/plan', send({ manifest: 'x'.repeat(1_100_000) }))).toBe(413);
    expect(await refused('/plan', { method: 'POST', body: 'manifest', headers: { 'content-type': 'text/xml' } })).toBe(
      415,
    );
    expect(await refused('/plan', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } })).toBe(
      400,
    );
    expect(await refused('/plan', send({ manifest: 1, more: true }))).toBe(400);
    expect(await refused('/nothing')).toBe(404);
    expect(await refused('/trials?limit=0')).toBe(400);
    expect(await refused('/trials?after=x')).toBe(400);
    expect(await refused('/trials?fields=idd')).toBe(400);
    expect(await refused('/trials?sort=-nothing')).toBe(400);
    expect(await refused(`/trials?filter=${encodeURIComponent('arm = "a\0b"')}`)).toBe(400);
    expect(await refused(`/experiments/${'x'.repeat(10_000)}`)).toBe(404);
    expect(await refused(`/experiments/${'x'.repeat(2_000)}`)).toBe(400);
    expect(await refused(`/trials?filter=${'x'.repeat(100_000)}`)).toBe(431);
    const said = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
      socket.once('data', (bytes) => resolve(bytes.toString()));
    });
    expect(said).toMatch(/^HTTP\/1\.1 400 .*"code":"BAD_REQUEST"/s);
  });

  it('limits how often an address may ask', async () => {
    const server = await serve(place, { SPRINTLAB_RATE_LIMIT: '5' });
    const statuses = [];
    for (let time = 0; time < 7; time += 1) statuses.push((await ask(server, '/session')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const { body, headers } = await ask<ErrorAnswer>(server, '/session');
    expect([body.error.code, Number(headers.get('retry-after'))]).toEqual(['TOO_MANY_REQUESTS', expect.any(Number)]);
  });

  it('has a page of its description without a script in it, and lets other sites read nothing', async () => {
    const server = await serve(place);
    const page = await fetch(`${server.url}/api/docs`);
    expect(await page.text()).not.toMatch(/<script>|onload|onclick/);
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
    for (const file of ['assets/swagger-ui.css', 'assets/swagger-ui-bundle.js', 'start.js'])
      expect((await fetch(`${server.url}/api/docs/${file}`)).status).toBe(200);
    expect((await fetch(`${server.url}/api/docs/assets/package.json`)).status).toBe(404);
    const asked = await ask(server, '/experiments', { headers: { origin: 'https://evil.example' } });
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
    const allowed = await serve(place, { SPRINTLAB_CORS_ORIGINS: 'https://lab.example' });
    const answer = await ask(allowed, '/experiments', { headers: { origin: 'https://lab.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://lab.example');
  });
});
