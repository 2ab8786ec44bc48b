import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreatedTokenAnswer } from '#features/accounts/http/accounts.schema.ts';
import { canonicalJson, type JsonValue } from '#kernel/json.ts';
import { sprintlab, startSprintlab, type Invocation, type Outcome } from '../support/command-line.ts';
import { answered, sprintManifest } from '../support/planted-home.ts';
import { serveHome, type ServedHome } from '../support/served-home.ts';
import { sparePort } from '../support/spare-port.mjs';
import { serve } from '../support/sprint-server.ts';

interface List<Item> {
  readonly items: readonly Item[];
}

let served: ServedHome;
/** With the home's own rows beside it. */
let near: Invocation;
/** With nothing of the home but the address of its server. */
let far: Invocation;
beforeAll(async () => {
  served = await serveHome('SQLite');
  near = served.invocation;
  far = { home: join(near.home, 'elsewhere'), environment: { SPRINTLAB_URL: served.url } };
}, 240_000);
afterAll(() => served.remove());

const bothSay = (words: readonly string[]): Promise<readonly [near: Outcome, far: Outcome]> =>
  Promise.all([sprintlab(words, near), sprintlab(words, far)]);
const idOf = async (list: readonly string[], key: string): Promise<string> => {
  const { items } = await answered<List<Readonly<Record<string, string>>>>([...list, '--limit', '1'], near);
  return items[0]?.[key] ?? '';
};
/** What is asked, with the ids of this home in it. */
const withIds = async (line: string): Promise<readonly string[]> => {
  const words: string[] = [];
  for (const word of line.split(' ')) {
    if (word === 'TRIAL')
      words.push(await idOf(['trials', 'list', '--filter', 'method=sprint and experiment=results'], 'id'));
    else if (word === 'STAGE') words.push(await idOf(['stages', 'list', '--filter', 'kind=training'], 'key'));
    else if (word === 'CALL') words.push(await idOf(['calls', 'list'], 'call'));
    else if (word === 'SUBMISSION') words.push(await idOf(['status'], 'id').catch(() => ''));
    else words.push(word);
  }
  return words;
};

/** An answer whose metrics, which have no order, are in one. */
const inOneOrder = ({ out }: Outcome): Readonly<Record<string, unknown>> => {
  const answer = JSON.parse(out) as Record<string, unknown>;
  const { metrics } = answer;
  if (!Array.isArray(metrics)) return answer;
  const word = (metric: unknown): string => canonicalJson(metric as JsonValue);
  return { ...answer, metrics: metrics.toSorted((one, other) => (word(one) < word(other) ? -1 : 1)) };
};

describe('a command line with SPRINTLAB_URL says what one beside the rows says', () => {
  it.each([
    'experiments list',
    'experiments list --filter name=results',
    'experiments show results',
    'experiments export results',
    'trials list --filter status=succeeded',
    'trials show TRIAL',
    'stages list --filter kind=evaluation',
    'stages show STAGE',
    'stages log STAGE',
    'calls list --trial TRIAL --limit 5',
    'calls show CALL',
    'pools show TRIAL',
    'artifacts list --filter name=metrics.json',
    'workers list --filter status=ended',
    'datasets list',
    'status',
    'compare results',
    'compare results@1 --format csv',
    'status TRIAL',
    'tokens list',
  ])('%s', async (line) => {
    const [here, there] = await bothSay(await withIds(line));
    expect(there).toEqual(here);
    expect(there.code).toBe(0);
  });

  it.each([
    'experiments list',
    'experiments show results',
    'trials list',
    'trials show TRIAL',
    'stages log STAGE',
    'calls list --limit 150',
    'calls show CALL',
    'pools show TRIAL',
    'artifacts list',
    'datasets list',
    'status',
    'compare results',
  ])('%s --json, at least', async (line) => {
    const [here, there] = await bothSay([...(await withIds(line)), '--json']);
    const [nearly, farther] = [here, there].map(inOneOrder);
    const { next, ...whole } = nearly ?? {};
    expect(farther).toMatchObject(whole);
    // A cursor is the server's own.
    expect(typeof farther?.['next']).toBe(typeof next);
  });

  it('plan, validate and submit --dry-run, also of a manifest that extends another', async () => {
    const [base, file] = [join(near.home, 'base.yaml'), join(near.home, 'extending.yaml')];
    await writeFile(base, sprintManifest(['name: base']));
    await writeFile(file, 'sprintlab: 1\nextends: base.yaml\nname: extending\nquestion: Is it whole?\n');
    const [here, there] = await bothSay(['validate', file]);
    expect(there).toEqual(here);
    const [planned, plannedFar] = await bothSay(['plan', file, '--json']);
    const { seconds, ...plan } = JSON.parse(planned.out) as Record<string, unknown>;
    expect(seconds).toBeDefined();
    expect(JSON.parse(plannedFar.out)).toMatchObject(plan);
    expect((await sprintlab(['plan', file], far)).out).toMatch(/extending:[^]*1 arms, 1 trials/);
    expect((await sprintlab(['submit', file, '--dry-run'], far)).out).toContain('Nothing was submitted.');
  });

  it('every mistake of a manifest, with its place', async () => {
    const file = join(near.home, 'mistaken.yaml');
    await writeFile(file, sprintManifest(['name: mistaken', 'axes: {intents.cop: [1]}', 'seeds: {train: -1}']));
    const [here, there] = await bothSay(['validate', file]);
    expect([there.code, there.err]).toEqual([2, here.err]);
    expect(there.err).toMatch(/mistaken\.yaml:\d+:\d+ axes\.intents\.cop/);
  });

  it('what a trial recommends', async () => {
    const words = await withIds('recommend --trial TRIAL --items 1,2 --limit 3 --json');
    const items = (await answered<List<{ readonly id: string }>>(['datasets', 'list'], far)).items;
    expect(items).toHaveLength(1);
    const [here, there] = await bothSay(words);
    const without = ({ out }: Outcome) => ({ ...(JSON.parse(out) as object), milliseconds: 0 });
    expect(without(there)).toEqual(without(here));
  });
});

describe('a command line with SPRINTLAB_URL', () => {
  it('has a manifest run by the workers of the server, and waits for the comparison', async () => {
    const file = join(near.home, 'far.yaml');
    await writeFile(file, sprintManifest(['name: far', 'settings: {method: popularity}']));
    const { code, out, err } = await sprintlab(['run', file], far);
    expect([code, out]).toEqual([0, expect.stringMatching(/far \(revision 1\)[^]*popularity|sprint/)]);
    expect(err).toMatch(/far@1 [0-9a-f]{8}: finished/);
    const again = await answered<{ readonly trials: object; readonly stages: object }>(['run', file], far);
    expect(again).toMatchObject({ trials: { total: 1, succeeded: 1, failed: 0 }, stopped: null });
  });

  it('waits for a server that is away for a while', async () => {
    const file = join(near.home, 'patient.yaml');
    await writeFile(file, sprintManifest(['name: patient', 'seeds: {train: 3}']));
    const running = startSprintlab(['run', file], far);
    await running.until('patient@1');
    await served.halt();
    await running.until('This waits for it.');
    await served.startAgain();
    const { code, err } = await running.outcome;
    expect([code, err]).toEqual([0, expect.stringMatching(/patient@1 [0-9a-f]{8}: finished/)]);
  });

  it('pauses, goes on with and cancels what was submitted, and forgets it after a confirmation', async () => {
    const file = join(near.home, 'long.yaml');
    await writeFile(file, sprintManifest(['name: long', 'seeds: {train: 5}']));
    const { submission } = await answered<{ readonly submission: string }>(['submit', file], far);
    expect((await sprintlab(['pause', submission], far)).out).toContain('is paused');
    expect((await answered<{ readonly state: string }>(['status', submission], far)).state).toBe('paused');
    expect((await sprintlab(['resume', submission], far)).out).toContain('goes on');
    expect((await sprintlab(['cancel', submission], far)).err).toContain('--yes answers for you');
    expect((await sprintlab(['cancel', submission, '--yes'], far)).out).toContain('is cancelled');
    const watched = await sprintlab(['watch', submission], far);
    expect([watched.code, watched.out]).toEqual([4, expect.stringContaining('cancelled')]);
    expect((await sprintlab(['experiments', 'delete', 'long'], far)).code).toBe(3);
    expect((await sprintlab(['experiments', 'delete', 'long', '--yes'], far)).out).toContain('is forgotten');
    expect((await sprintlab(['experiments', 'show', 'long'], far)).err).toContain('No experiment');
  });

  it('watches the submission of a trial, as of its own id', async () => {
    const [here, there] = await bothSay(await withIds('watch TRIAL'));
    // At home warnings follow.
    expect([there.code, there.out.trim()]).toEqual([here.code, here.out.split('\n')[0]]);
    expect(there.out).toMatch(/results@1 [0-9a-f]{8}: finished/);
  });

  it('copies an artifact, verified, and to no file that is there', async () => {
    const hash = await idOf(['artifacts', 'list', '--filter', 'name=metrics.json'], 'hash');
    const [here, there] = [join(near.home, 'near.json'), join(near.home, 'far.json')];
    await answered(['artifacts', 'export', hash, here], near);
    expect(await answered(['artifacts', 'export', hash.slice(0, 12), there], far)).toMatchObject({ hash });
    expect(await readFile(there)).toEqual(await readFile(here));
    expect((await sprintlab(['artifacts', 'export', hash, there], far)).code).toBe(2);
  });

  it('says which verbs need a home, and what is wrong with the address', async () => {
    const gc = await sprintlab(['artifacts', 'gc'], far);
    expect([gc.code, gc.err]).toEqual([2, expect.stringContaining('Unset SPRINTLAB_URL')]);
    const at = (url: string): Promise<Outcome> =>
      sprintlab(['experiments', 'list'], { home: far.home, environment: { SPRINTLAB_URL: url } });
    const nobody = await at(`http://127.0.0.1:${await sparePort()}`);
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('does not answer')]);
    // It goes away in the middle of an answer.
    const fickle = createServer((_, answer) => {
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      answer.write('{"items": [', () => answer.destroy());
    });
    await new Promise<void>((listening) => fickle.listen(0, '127.0.0.1', listening));
    const cut = await at(`http://127.0.0.1:${(fickle.address() as AddressInfo).port}`);
    fickle.close();
    expect([cut.code, cut.err]).toEqual([1, expect.stringContaining('does not answer')]);
    const wrong = await at('server');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('SPRINTLAB_URL: must be the address')]);
    const another = await at(`${served.url}/experiments`);
    expect([another.code, another.err]).toEqual([1, expect.stringContaining('no Sprintlab of this version')]);
  });

  it('does what the role of SPRINTLAB_TOKEN allows, and nothing without one', async () => {
    const guarded = await serve({ ...near, environment: { ...near.environment, SPRINTLAB_AUTH: 'tokens' } });
    const withToken = (token: string): Invocation => ({
      home: far.home,
      environment: { SPRINTLAB_URL: guarded.url, ...(token === '' ? {} : { SPRINTLAB_TOKEN: token }) },
    });
    const { token } = await answered<CreatedTokenAnswer>(['tokens', 'create', 'eve', '--role', 'viewer'], near);
    expect((await sprintlab(['trials', 'list'], withToken(token))).code).toBe(0);
    const denied = await sprintlab(['experiments', 'delete', 'results', '--yes'], withToken(token));
    expect([denied.code, denied.err]).toEqual([3, 'Your role does not allow this.\n']);
    for (const secret of ['', 'sprintlab_guess']) {
      const { code, err } = await sprintlab(['trials', 'list'], withToken(secret));
      expect([code, err]).toEqual([3, expect.stringContaining('SPRINTLAB_TOKEN holds one')]);
    }
  });
});
