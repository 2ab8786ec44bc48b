import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aPlan, aStage, aTrial, aWorker } from '../../../test/support/builders.ts';
import { openPostgresHome, openSqliteHome, type TestHome } from '../../../test/support/home.ts';
import type { Manifest } from '#features/experiments/domain/manifest-schema.ts';
import type { PlannedStage } from '#features/stages/domain/stage.ts';
import { LEASE_MS, type Claim } from '#features/stages/stage-queue.port.ts';
import { Leadership, LEADERSHIP_MS } from './leadership.ts';
import { Scheduler } from './scheduler.ts';

const MISHAP = { code: 'STAGE_DIED', message: 'killed', stack: null, isRefusal: false };
const REFUSAL = { code: 'BAD_DATA', message: 'no such item', stack: null, isRefusal: true };
const HOUR_MS = 3_600_000;

describe.each([
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
])('the scheduler on %s', (_, open) => {
  let home: TestHome;
  /** Time that nobody sets, beside the clock of the home, which a test sets. */
  let monotonicMs: number;
  const dead = new Set<number>();

  beforeEach(async () => {
    home = await open();
    monotonicMs = 0;
    dead.clear();
  });
  afterEach(() => home.close());

  const isGone = ({ pid }: { readonly pid: number }): boolean => dead.has(pid);
  const leadershipOf = (pid: number): Leadership =>
    new Leadership('scheduler', { ...home, identity: { host: 'test', pid }, isGone });
  const schedulerOf = (pid = 1): Scheduler =>
    new Scheduler({ ...home, monotonicMs: () => monotonicMs, leadership: leadershipOf(pid), isGone });
  const pass = (ms: number): void => {
    home.clock.pass(ms);
    monotonicMs += ms;
  };
  const recovered: number[] = [];
  const turn = (scheduler: Scheduler): Promise<void> =>
    scheduler.tick({ onRecovered: (stages) => void recovered.push(stages) });

  /** As many trials, each of one stage named by its number. */
  const submit = async (trials: number, change: Partial<Manifest> = {}): Promise<string> => {
    const plans = Array.from({ length: trials }, (_unused, at) => {
      return { trial: aTrial({ arm: `arm ${at}` }), stages: [aStage(`${change.name ?? 'test'} ${at}`)] };
    });
    return (await home.submissions.submit(aPlan(plans, change))).submission.id;
  };
  const claim = async (slots = 1): Promise<readonly Claim[]> =>
    home.queue.claim({ worker: aWorker(7), slots, submission: null });
  const complete = async ([claimed]: readonly Claim[]): Promise<void> => {
    const usage = { seconds: 1, cpuSeconds: 1, peakMemoryBytes: 1 };
    await home.ledger.complete(claimed!, { artifacts: {}, metrics: [], usage, log: null });
  };
  const stateOf = async (id: string): Promise<unknown> => {
    const { state, reason } = await home.submissions.get(id);
    return reason === null ? state : `${state}: ${reason.code}`;
  };

  it('of one process leads, and of another one waits until the first is silent or gone', async () => {
    const [first, second, third] = [leadershipOf(1), leadershipOf(2), leadershipOf(3)];
    expect([await first.hold(), await second.hold()]).toEqual([true, false]);
    pass(LEADERSHIP_MS - 1_000);
    expect([await first.hold(), await second.hold()]).toEqual([true, false]);
    pass(LEADERSHIP_MS + 1);
    expect([await second.hold(), await first.hold()]).toEqual([true, false]);
    dead.add(2);
    expect([await third.hold(), await second.hold()]).toEqual([true, true]);
    pass(LEADERSHIP_MS);
    expect([await third.hold(), await second.hold()]).toEqual([true, false]);
  });

  it('takes no submission for finished whose stage ends its rest while it looks', async () => {
    const id = await submit(1);
    const scheduler = schedulerOf();
    await turn(scheduler);
    const [claimed] = await claim();
    expect(await home.ledger.fail(claimed!, MISHAP, null)).toMatchObject({ outcome: 'retried' });
    // Between the release and the look.
    const active = vi.spyOn(home.review, 'active').mockImplementationOnce(async (rows) => {
      pass(60_000);
      return home.review.active(rows);
    });
    await turn(scheduler);
    expect(active).toHaveBeenCalled();
    expect(await stateOf(id)).toBe('active');
    await turn(scheduler);
    await complete(await claim());
    await turn(scheduler);
    expect(await stateOf(id)).toBe('finished');
  });

  it('is led by one of ten processes that start at once', async () => {
    const held = await Promise.all(Array.from({ length: 10 }, (_unused, pid) => leadershipOf(pid).hold()));
    expect(held.filter(Boolean)).toHaveLength(1);
  });

  it('that resigns is followed at once', async () => {
    const [first, second] = [leadershipOf(1), leadershipOf(2)];
    await first.hold();
    await first.resign();
    expect(await second.hold()).toBe(true);
  });

  it('ends a submission when nothing is left', async () => {
    const submission = await submit(1);
    const scheduler = schedulerOf();
    await turn(scheduler);
    expect(await stateOf(submission)).toBe('active');
    await complete(await claim());
    await turn(scheduler);
    expect(await stateOf(submission)).toBe('finished');
    expect((await home.events.after(0, 100)).map(({ kind }) => kind)).toContain('finished');
  });

  it('tries a stage again after a mishap, with pauses that grow, and no more than three times', async () => {
    const submission = await submit(1);
    const scheduler = schedulerOf();
    for (const pauseMs of [1_000, 4_000]) {
      const [claimed] = await claim();
      expect(await home.ledger.fail(claimed!, MISHAP, null)).toEqual({ outcome: 'retried', pauseMs });
      pass(pauseMs - 1);
      await turn(scheduler);
      expect(await claim()).toEqual([]);
      pass(1);
      await turn(scheduler);
    }
    const [claimed] = await claim();
    expect(await home.ledger.fail(claimed!, MISHAP, null)).toEqual({ outcome: 'failed' });
    await turn(scheduler);
    expect(await stateOf(submission)).toBe('finished');
    expect((await home.trials.list()).map(({ status }) => status)).toEqual(['failed']);
  });

  it('never tries a refusal again', async () => {
    await submit(1);
    const [claimed] = await claim();
    expect(await home.ledger.fail(claimed!, REFUSAL, null)).toEqual({ outcome: 'failed' });
    pass(HOUR_MS);
    await turn(schedulerOf());
    expect(await claim()).toEqual([]);
  });

  it('sends the first trial of a grid of more than eight ahead, and the others when it has succeeded', async () => {
    await submit(9);
    const scheduler = schedulerOf();
    await turn(scheduler);
    const canary = await claim(9);
    expect(canary.map(({ stage }) => stage.parameters)).toEqual([{ word: 'test 0' }]);
    await complete(canary);
    await turn(scheduler);
    expect(await claim(9)).toHaveLength(8);
  });

  it('sends all of a grid of eight at once', async () => {
    await submit(8);
    expect(await claim(9)).toHaveLength(8);
  });

  it('pauses a grid whose first trial has failed; a retry tries that one first again', async () => {
    const submission = await submit(9);
    const scheduler = schedulerOf();
    const [claimed] = await claim();
    await home.ledger.fail(claimed!, REFUSAL, null);
    await turn(scheduler);
    expect(await stateOf(submission)).toBe('paused: CANARY');
    expect(await claim(9)).toEqual([]);
    await home.control.retry(submission);
    await turn(scheduler);
    const again = await claim(9);
    expect(again).toHaveLength(1);
    await complete(again);
    await turn(scheduler);
    expect(await claim(9)).toHaveLength(8);
  });

  it('keeps a submission within its concurrency, whoever works', async () => {
    await submit(5, { limits: { concurrency: 2 } });
    const scheduler = schedulerOf();
    await turn(scheduler);
    const [one, two, ...more] = await claim(5);
    expect(more).toEqual([]);
    await complete([one!]);
    expect(await claim(5)).toHaveLength(1);
    await home.ledger.giveBack(two!);
    await turn(scheduler);
    expect(await claim(5)).toHaveLength(1);
  });

  it('hands out the more urgent submission first', async () => {
    await submit(2, { name: 'patient' });
    const urgent = aPlan([{ trial: aTrial(), stages: [aStage('urgent')] }], { name: 'urgent' });
    await home.submissions.submit(urgent, { urgency: 5 });
    const claims = await claim(3);
    expect(claims.map(({ stage }) => stage.parameters['word']).sort()).toEqual(['patient 0', 'patient 1', 'urgent']);
    for (const one of claims) await home.ledger.giveBack(one);
    expect((await claim(1)).map(({ stage }) => stage.parameters['word'])).toEqual(['urgent']);
  });

  it('pauses a submission at its hours and at its failures', async () => {
    const slow = await submit(2, { name: 'slow', limits: { hours: 2 } });
    const strict = await submit(2, { name: 'strict', onFailure: 'stop' });
    const scheduler = schedulerOf();
    const claims = await claim(4);
    const ofStrict = claims.find(({ stage }) => JSON.stringify(stage.parameters).includes('strict'));
    await home.ledger.fail(ofStrict!, REFUSAL, null);
    await turn(scheduler);
    expect([await stateOf(slow), await stateOf(strict)]).toEqual(['active', 'paused: FAILURES']);
    pass(2 * HOUR_MS);
    await turn(scheduler);
    expect(await stateOf(slow)).toBe('paused: HOURS');
  });

  describe('that looks at leases', () => {
    /** So many milliseconds in which it takes its turns. */
    const passInTurns = async (scheduler: Scheduler, ms: number): Promise<void> => {
      for (let left = ms; left > 0; left -= 1_000) {
        pass(Math.min(left, 1_000));
        await turn(scheduler);
      }
    };
    const aScheduler = async (): Promise<Scheduler> => {
      await submit(1);
      const scheduler = schedulerOf();
      await turn(scheduler);
      await passInTurns(scheduler, LEASE_MS);
      recovered.length = 0;
      return scheduler;
    };

    it('takes a stage from a worker whose lease has run out', async () => {
      const scheduler = await aScheduler();
      await claim();
      await passInTurns(scheduler, LEASE_MS);
      expect(recovered).toEqual([]);
      await passInTurns(scheduler, 1);
      expect(recovered).toEqual([1]);
    });

    it('gives workers the time of a lease when a clock was set forward, and takes stages from those that stay silent', async () => {
      const scheduler = await aScheduler();
      const [claimed] = await claim();
      home.clock.pass(HOUR_MS);
      await turn(scheduler);
      expect(recovered).toEqual([]);
      await home.ledger.renewAll([claimed!]);
      await passInTurns(scheduler, LEASE_MS);
      expect(recovered).toEqual([]);
      await passInTurns(scheduler, 1);
      expect(recovered).toEqual([1]);
    });

    it('takes a stage whose lease would end in an hour, since a clock was set back, from a worker that is silent', async () => {
      const scheduler = await aScheduler();
      await claim();
      home.clock.pass(-HOUR_MS);
      await turn(scheduler);
      expect(recovered).toEqual([]);
      await passInTurns(scheduler, LEASE_MS);
      expect(recovered).toEqual([1]);
    });

    it('gives them that time too after a time in which it could take no turn, as nobody could renew', async () => {
      const scheduler = await aScheduler();
      await claim();
      pass(LEASE_MS + 5_000);
      await turn(scheduler);
      expect(recovered).toEqual([]);
      await passInTurns(scheduler, LEASE_MS);
      expect(recovered).toEqual([1]);
    });
  });

  it('lets the others of a grid go on after its canary, though one of them is paused', async () => {
    const submission = await submit(9);
    const scheduler = schedulerOf();
    const last = (await home.trials.list()).at(-1)!;
    await home.control.pauseTrial(submission, last);
    await complete(await claim(9));
    await turn(scheduler);
    expect(await claim(9)).toHaveLength(7);
    await home.control.resumeTrial(submission, await home.trials.get(last.id));
    expect(await claim(9)).toHaveLength(1);
  });

  it('does not let one trial run of a submission that is paused', async () => {
    const submission = await submit(2);
    await home.control.pause(submission);
    const [trial] = await home.trials.list();
    await expect(home.control.resumeTrial(submission, trial!)).rejects.toThrow('is paused; resume that first');
  });

  describe('as a person wishes', () => {
    const chain = (): readonly PlannedStage[] => {
      const first = aStage('first');
      return [first, aStage('second', [first])];
    };
    const submitChain = async (name = 'chain'): Promise<string> =>
      (await home.submissions.submit(aPlan([{ trial: aTrial(), stages: chain() }], { name }))).submission.id;
    const statuses = async (): Promise<readonly string[]> =>
      [...(await home.stages.findByKeys(chain().map(({ key }) => key))).values()].map(({ status }) => status).sort();

    it('a paused submission begins nothing, and ends what it has begun', async () => {
      const submission = await submitChain();
      const running = await claim();
      await home.control.pause(submission);
      await complete(running);
      await turn(schedulerOf());
      expect([await claim(), await stateOf(submission)]).toEqual([[], 'paused: ASKED']);
      await expect(home.control.pause(submission)).rejects.toThrow('is paused');
      await home.control.resume(submission);
      expect(await claim()).toHaveLength(1);
    });

    it('a ready stage of a paused submission goes on where another one wants it', async () => {
      const submission = await submitChain();
      await submitChain('other');
      await home.control.pause(submission);
      expect(await claim()).toHaveLength(1);
    });

    it('a cancelled submission loses what runs; resumed, it runs', async () => {
      const submission = await submitChain();
      const [running] = await claim();
      await home.control.cancel(submission);
      expect(await home.ledger.held([running!.execution])).toEqual(new Set());
      await expect(home.ledger.renew(running!)).rejects.toThrow('lost its lease');
      expect([await statuses(), await stateOf(submission)]).toEqual([['cancelled', 'cancelled'], 'cancelled']);
      await expect(home.control.cancel(submission)).rejects.toThrow('is cancelled');
      await home.control.resume(submission);
      const again = await claim();
      expect(again.map(({ token }) => token)).toEqual([2]);
    });

    it('a cancelled submission leaves to another what both want', async () => {
      const submission = await submitChain();
      await submitChain('other');
      const [running] = await claim();
      await home.control.cancel(submission);
      await home.ledger.renew(running!);
      await complete([running!]);
      expect(await claim()).toHaveLength(1);
    });

    it('a finished submission is neither cancelled nor paused, and has nothing to retry', async () => {
      const submission = await submit(1);
      await complete(await claim());
      await turn(schedulerOf());
      const refusals = [
        home.control.cancel(submission),
        home.control.pause(submission),
        home.control.resume(submission),
        home.control.retry(submission),
      ].map((wish) =>
        wish.then(
          () => 'done',
          (error: unknown) => (error as { code: string }).code,
        ),
      );
      expect(await Promise.all(refusals)).toEqual(Array(4).fill('NOTHING_TO_DO'));
    });

    it('a retry runs what has failed, and nothing else', async () => {
      const submission = await submit(2);
      const [one, two] = await claim(2);
      await complete([one!]);
      await home.ledger.fail(two!, REFUSAL, null);
      await turn(schedulerOf());
      expect(await stateOf(submission)).toBe('finished');
      await home.control.retry(submission);
      expect((await claim(2)).map(({ stage }) => stage.key)).toEqual([two!.stage.key]);
    });

    it('one trial is paused, resumed, cancelled without the others', async () => {
      const submission = await submit(2);
      const [trial] = await home.trials.list();
      await home.control.pauseTrial(submission, trial!);
      const others = await claim(2);
      expect(others.map(({ stage }) => stage.key)).not.toContain(trial!.stages[0]);
      await home.control.resumeTrial(submission, trial!);
      expect(await claim(2)).toHaveLength(1);
      await home.control.cancelTrial(submission, await home.trials.get(trial!.id));
      expect((await home.trials.list()).map(({ status }) => status).sort()).toEqual(['cancelled', 'running']);
    });
  });
});
