import { describe, expect, it } from 'vitest';
import { API_CONTROLLERS } from '#apps/api/controllers.ts';
import type { ArtifactAnswer } from '#features/artifacts/http/artifacts.schema.ts';
import type { BoardAnswer, FlipsAnswer } from '#features/boards/http/experiments.schema.ts';
import type { TrialAnswer } from '#features/boards/http/trials.schema.ts';
import type { CallUseAnswer } from '#features/calls/http/calls.schema.ts';
import type { EventAnswer } from '#features/events/http/events.schema.ts';
import type { ProfiledSessionAnswer } from '#features/profilings/http/profilings.schema.ts';
import type { StageAnswer } from '#features/stages/http/stages.schema.ts';
import type { Page } from '#kernel/page.ts';
import type { Endpoint } from '#platform/http/endpoint.ts';
import { endpointsOf } from '#platform/http/serve.ts';
import type { Comparison } from '#features/comparisons/domain/comparison.ts';
import type { RunningProgram } from '../support/program.ts';
import { sprintlab, type Invocation } from '../support/command-line.ts';
import { aFinishedExperiment, aPlaceOn, ask, send, serve } from '../support/sprint-server.ts';

const ENDPOINTS = endpointsOf(API_CONTROLLERS);

/** The declaration that answers a path: a word in it is preferred to a parameter. */
function declarationOf(method: string, path: string): Endpoint {
  const bare = path.split('?')[0]!;
  const matching = ENDPOINTS.filter(
    (one) => one.method === method && new RegExp(`^${one.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(bare),
  );
  const parameters = ({ path: own }: Endpoint): number => own.split(':').length;
  return matching.sort((left, right) => parameters(left) - parameters(right))[0]!;
}

/** Every answer is one that its declaration promises. */
async function checked<Body>(server: RunningProgram, path: string): Promise<Body> {
  const { status, body } = await ask<Body>(server, path);
  expect([path, status, status === 200 ? null : body]).toEqual([path, 200, null]);
  const { error } = declarationOf('GET', path).answer.safeParse(body);
  expect([path, error?.issues ?? []]).toEqual([path, []]);
  return body;
}

async function trialsOf(server: RunningProgram): Promise<readonly TrialAnswer[]> {
  return (await checked<Page<TrialAnswer>>(server, '/trials?sort=arm,trainSeed')).items;
}

describe.each(['SQLite', 'Postgres'])('the API on %s', (engine) => {
  it(
    'answers every route as it is declared, and with the numbers of the command line',
    { timeout: 300_000 },
    async () => {
      const invocation: Invocation = await aPlaceOn(engine);
      await aFinishedExperiment(invocation);
      const server = await serve(invocation);
      const trials = await trialsOf(server);
      expect(trials.map(({ arm, status }) => [arm, status])).toEqual([
        ['backbone', 'succeeded'],
        ['popularity', 'succeeded'],
        ['selection.ratio=0.2', 'succeeded'],
        ['selection.ratio=0.5', 'succeeded'],
      ]);
      const [backbone, , small, large] = trials.map(({ id }) => id);
      const arm = encodeURIComponent('selection.ratio=0.5');
      const stages = await checked<Page<StageAnswer>>(server, `/stages?limit=1000&trial=${large!}`);
      const stage = stages.items.find(({ kind }) => kind === 'training')!.key;
      const artifacts = await checked<Page<ArtifactAnswer>>(server, `/artifacts?limit=1000&trial=${large!}`);
      const calls = await checked<Page<CallUseAnswer>>(server, `/calls?limit=5&trial=${large!}`);
      const sessions = await checked<Page<ProfiledSessionAnswer>>(
        server,
        `/profilings/${large!}/sessions?sort=-length`,
      );
      expect(sessions.items.length).toBeGreaterThan(10);
      const paths = [
        '/experiments',
        '/experiments/small',
        '/experiments/small?revision=1',
        '/experiments/small/stage-graph',
        `/experiments/small/stage-graph?arm=${arm}`,
        `/experiments/small/curves?arm=${arm}&arm=backbone`,
        '/submissions',
        '/manifest-schema',
        '/templates',
        ...trials.flatMap(({ id }) => [`/trials/${id}`, `/trials/${id}/metrics`]),
        `/trials/${backbone!}/metrics?split=valid&stage=training`,
        `/stages/${stage}`,
        `/stages/${stage}/log`,
        '/queue',
        ...artifacts.items.map(({ hash }) => `/artifacts/${hash}/preview`),
        `/calls/${calls.items[0]!.call}`,
        '/calls/spend',
        '/profilings',
        '/profilings?experiment=small@1',
        ...sessions.items.slice(0, 10).map(({ session }) => `/profilings/${large!}/sessions/${session}`),
        `/profilings/${large!}/acceptance`,
        '/pools',
        `/pools/${large!}`,
        `/pools/${large!}/projection`,
        `/pools/${large!}/difference?with=${small!}`,
        '/datasets',
        '/datasets/planted',
        '/datasets/planted/sessions?limit=3',
        '/datasets/planted/items?search=a',
        '/workers',
        '/settings',
        '/events?experiment=small',
        '/session',
        '/tokens',
        '/audit-trail',
      ];
      for (const path of paths) await checked(server, path);

      const board = await checked<BoardAnswer>(server, '/experiments/small/board');
      const { out } = await sprintlab(['compare', 'small', '--json'], invocation);
      const comparison = JSON.parse(out) as Comparison;
      expect((await ask(server, '/experiments/small/comparison')).body).toEqual(comparison);
      for (const own of board.arms) {
        const { metrics, settings, planned, llm } = comparison.arms.find(({ name }) => name === own.name)!;
        expect(own.mean).toBeCloseTo(metrics['hr@20']!.mean, 5);
        expect([own.settings, own.trials.length]).toEqual([settings, planned]);
        expect(own.calls).toBeCloseTo(llm?.calls ?? 0, 3);
      }
      expect(board.stages.reduce((sum, { steps }) => sum + steps, 0)).toBeGreaterThan(
        board.stages.reduce((sum, { distinct }) => sum + distinct, 0),
      );

      const flips = await checked<FlipsAnswer>(
        server,
        `/experiments/small/flips?arm=${arm}&against=backbone&limit=500`,
      );
      const hits = (name: string): number => {
        const { metrics } = comparison.arms.find((one) => one.name === name)!;
        return Math.round(metrics['hr@20']!.mean * (flips.both + flips.neither + flips.gained + flips.lost));
      };
      expect([flips.both + flips.gained, flips.both + flips.lost]).toEqual([
        hits('selection.ratio=0.5'),
        hits('backbone'),
      ]);

      const best = await ask<{ readonly items: readonly { readonly id: string }[] }>(
        server,
        `/trials/${large!}/recommend`,
        send({ items: flips.items[0]!.items.map(({ id }) => id), limit: 3 }),
      );
      expect([best.status, best.body.items.length]).toEqual([200, 3]);
      expect(declarationOf('POST', `/trials/x/recommend`).answer.safeParse(best.body).error?.issues).toBeUndefined();
    },
  );

  it(
    'pages through a list that grows and shrinks, filters and sorts it, and gives the fields asked for',
    { timeout: 180_000 },
    async () => {
      const invocation = await aPlaceOn(engine);
      await aFinishedExperiment(invocation);
      const server = await serve(invocation);
      const all = await ask<Page<EventAnswer>>(server, '/events?limit=1000');
      const numbers: number[] = [];
      for (let next: string | null = ''; next !== null;) {
        const page: Page<EventAnswer> = (
          await ask<Page<EventAnswer>>(server, `/events?limit=7${next && `&after=${next}`}`)
        ).body;
        numbers.push(...page.items.map(({ number }) => number));
        next = page.next;
      }
      expect(numbers).toEqual(all.body.items.map(({ number }) => number));

      const calls = await ask<Page<CallUseAnswer>>(server, '/calls?limit=1000');
      // Also of a call about no session.
      for (const { id } of [calls.body.items[0]!, calls.body.items.find(({ session }) => session === null)!]) {
        const path = `/calls?filter=${encodeURIComponent(`id = "${id}"`)}`;
        expect((await ask<Page<CallUseAnswer>>(server, path)).body.items.map((use) => use.id)).toEqual([id]);
      }
      const walked: string[] = [];
      for (let next: string | null = ''; next !== null;) {
        const page: Page<CallUseAnswer> = (
          await ask<Page<CallUseAnswer>>(server, `/calls?limit=50&sort=-promptTokens,step${next && `&after=${next}`}`)
        ).body;
        walked.push(...page.items.map(({ id }) => id));
        next = page.next;
      }
      expect(new Set(walked).size).toBe(walked.length);
      expect(walked.toSorted()).toEqual(calls.body.items.map(({ id }) => id).toSorted());

      const filtered = async (filter: string): Promise<readonly string[]> => {
        const path = `/trials?sort=arm&fields=arm&filter=${encodeURIComponent(filter)}`;
        const { status, body } = await ask<Page<{ readonly arm: string }>>(server, path);
        expect([filter, status]).toEqual([filter, 200]);
        return body.items.map(({ arm }) => arm);
      };
      expect(await filtered('method = sprint and settings.selection.ratio > 0.2')).toEqual(['selection.ratio=0.5']);
      expect(await filtered('settings.selection.ratio IN (0.2, 0.7)')).toEqual(['selection.ratio=0.2']);
      expect(await filtered('arm ~ RATIO and not arm ~ "0.5"')).toEqual(['selection.ratio=0.2']);
      expect(await filtered('trainSeed is null')).toEqual(['popularity']);
      expect(await filtered('profileSeed is not null and method != backbone')).toHaveLength(2);
      expect(
        await filtered('metrics.hr@20 >= 0 and metrics.hr@20 <= 1 and createdAt > -1h and endedAt is not null'),
      ).toHaveLength(4);
      expect(await filtered('metrics.train.accepted > 0 or metrics.nothing = 1')).toHaveLength(2);
      expect(await filtered('status in (failed, cancelled) or settings.profiling.validate = false')).toEqual([]);
      expect(await filtered('settings.profiling.validate = true and settings.selection.budget is null')).toHaveLength(
        4,
      );
    },
  );
});
