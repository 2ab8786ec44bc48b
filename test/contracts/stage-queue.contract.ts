import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StaleExecutionError, type PlannedStage } from '#features/stages/domain/stage.ts';
import type { StageResult } from '#features/stages/stage-ledger.ts';
import { LEASE_MS, type Claim } from '#features/stages/stage-queue.port.ts';
import type { WorkerIdentity } from '#features/stages/domain/worker-identity.ts';
import { aPlan, aStage, aTrial, aWorker } from '../support/builders.ts';
import type { OpenHome, TestHome } from '../support/home.ts';

const REFUSAL = { code: 'X', message: 'broken', stack: null, isRefusal: true };
const USAGE = { seconds: 1, cpuSeconds: 1, peakMemoryBytes: 1 };

/** What every place in which stages wait must promise. */
export function describeStageQueue(name: string, open: OpenHome): void {
  describe(`the stage queue ${name}`, () => {
    let home: TestHome;
    beforeEach(async () => (home = await open()));
    afterEach(() => home.close());

    const submit = async (
      stages: readonly PlannedStage[],
      question = 'Does it work?',
      urgency = 0,
    ): Promise<string> => {
      const plan = aPlan([{ trial: aTrial(), stages }], { question });
      const { submission } = await home.submissions.submit(plan, { urgency });
      return submission.id;
    };
    const result = async (text: string): Promise<StageResult> => ({
      artifacts: { out: await home.artifacts.store.put(new TextEncoder().encode(text)) },
      metrics: [{ name: 'hr@20', split: 'test', step: 0, value: 0.5 }],
      usage: USAGE,
      log: null,
    });
    /** What a worker of one slot gets. */
    const claimOne = async (
      worker: WorkerIdentity = aWorker(),
      submission: string | null = null,
    ): Promise<Claim | null> => {
      await home.queue.offer();
      const [claimed] = await home.queue.claim({ worker, slots: 1, submission });
      return claimed ?? null;
    };
    const claim = async (submission: string | null = null): Promise<Claim> => {
      const claimed = await claimOne(aWorker(), submission);
      if (claimed === null) throw new Error('nothing was ready');
      return claimed;
    };
    const wordsOf = (claims: readonly Claim[]): readonly unknown[] =>
      claims.map(({ stage }) => stage.parameters['word']);
    /** In the order in which a worker of one slot gets them. */
    const claimedWords = async (count: number): Promise<readonly unknown[]> => {
      const claims: Claim[] = [];
      while (claims.length < count) claims.push(await claim());
      return wordsOf(claims);
    };
    /** A queue may take a moment to see that a stage is ready again whose job it has dropped, or put back. */
    const claimSoon = (): Promise<Claim> => vi.waitFor(() => claim(), { timeout: 20_000, interval: 100 });
    const recover = (isGone: (worker: Pick<WorkerIdentity, 'host' | 'pid'>) => boolean): Promise<number> =>
      home.recovery.recover({ isGone, trustsLeases: () => true });

    it('hands one ready stage to one of twenty that ask at once', async () => {
      await submit([aStage('a')]);
      const claims = await Promise.all(Array.from({ length: 20 }, (_, pid) => claimOne(aWorker(pid))));
      expect(claims.filter((claimed) => claimed !== null)).toHaveLength(1);
    });

    it('hands more urgent stages out first, of equally urgent ones those that come first in their plan', async () => {
      await submit(['a', 'b', 'c'].map((word) => aStage(word)));
      await submit([aStage('d'), aStage('e')], 'What is urgent?', 5);
      expect(await claimedWords(5)).toEqual(['d', 'e', 'a', 'b', 'c']);
    });

    it('follows a change of urgency after a stage was offered', async () => {
      await submit([aStage('a')]);
      await submit([aStage('b')], 'What is urgent?');
      await home.queue.offer();
      await submit([aStage('b')], 'What is urgent?', 5);
      expect(await claimedWords(2)).toEqual(['b', 'a']);
    });

    it('hands out several stages at once, and no more than are asked for', async () => {
      await submit(['a', 'b', 'c', 'd', 'e'].map((word) => aStage(word)));
      await home.queue.offer();
      const ask = () => home.queue.claim({ worker: aWorker(), slots: 3, submission: null });
      expect(wordsOf(await ask())).toEqual(['a', 'b', 'c']);
      expect(wordsOf(await ask())).toEqual(['d', 'e']);
      expect(await ask()).toEqual([]);
    });

    it('hands a stage that was planned for other code to a worker that has it, and to no other', async () => {
      await submit([aStage('a')]);
      const other = aWorker(2, '1'.repeat(64));
      expect(await claimOne(other)).toBeNull();
      expect(await claimOne(other)).toBeNull();
      expect((await claimSoon()).stage.key).toBe(aStage('a').key);
    });

    it('does not hand out what was paused after it was offered, and does when it goes on', async () => {
      const submission = await submit([aStage('a'), aStage('b')]);
      await home.queue.offer();
      await home.control.pause(submission);
      const unoffered = () => home.queue.claim({ worker: aWorker(), slots: 2, submission: null });
      expect(await unoffered()).toEqual([]);
      await home.control.resume(submission);
      expect(wordsOf([await claimSoon(), await claimSoon()])).toEqual(['a', 'b']);
    });

    it('does not hand out what was withdrawn after it was offered', async () => {
      const submission = await submit([aStage('a')]);
      await home.queue.offer();
      await home.control.cancel(submission);
      expect(await claimOne()).toBeNull();
    });

    it('hands each of 300 stages to one of twenty that ask at once', async () => {
      const stages = Array.from({ length: 300 }, (_, index) => aStage(`stage ${index}`));
      await submit(stages);
      await home.queue.offer();
      const claimUntilNone = async (worker: WorkerIdentity): Promise<readonly Claim[]> => {
        const claimed = await home.queue.claim({ worker, slots: 1, submission: null });
        return claimed.length === 0 ? [] : [...claimed, ...(await claimUntilNone(worker))];
      };
      const claims = (await Promise.all(Array.from({ length: 20 }, (_, pid) => claimUntilNone(aWorker(pid))))).flat();
      // One that found another's transaction in its way may have left early: what is left is there for the next.
      claims.push(...(await claimUntilNone(aWorker())));
      expect(claims.map(({ stage }) => stage.key).sort()).toEqual(stages.map(({ key }) => key).sort());
      expect(new Set(claims.map(({ token }) => token))).toEqual(new Set([1]));
    });

    it('holds a stage back until all that it reads has succeeded', async () => {
      const [left, right] = [aStage('left'), aStage('right')];
      await submit([left, right, aStage('both', [left, right])]);
      const first = await claim();
      const second = await claim();
      expect(await claimOne()).toBeNull();
      await home.ledger.complete(first, await result('1'));
      expect(await claimOne()).toBeNull();
      await home.ledger.complete(second, await result('2'));
      expect((await claim()).stage.parameters).toEqual({ word: 'both' });
    });

    it('records artifacts, metrics and end of a stage together', async () => {
      const stage = aStage('a');
      await submit([stage]);
      await home.ledger.complete(await claim(), await result('bytes'));
      expect((await home.stages.get(stage.key)).status).toBe('succeeded');
      expect(await home.artifacts.of('stage', [stage.key])).toMatchObject([{ name: 'out', bytes: 5 }]);
      expect(await home.stages.metricsOf([stage.key])).toMatchObject([{ name: 'hr@20', split: 'test', value: 0.5 }]);
    });

    it('leaves no checkpoint behind, also of an execution that was killed before it removed the one before', async () => {
      await submit([aStage('a')]);
      const killed = await claim();
      const [first, second] = [
        await home.artifacts.store.put(Uint8Array.of(1)),
        await home.artifacts.store.put(Uint8Array.of(2)),
      ];
      const epoch = { type: 'epoch', epochs: 3, tokens: 1, metrics: [], checkpoint: '', seconds: 1 } as const;
      const name = 'checkpoint-0.safetensors';
      await home.ledger.recordEpoch(killed, { epoch: { ...epoch, epoch: 1 }, checkpoint: first, name });
      const removing = vi.spyOn(home.artifacts, 'discardUnlinked').mockResolvedValue();
      await home.ledger.recordEpoch(killed, { epoch: { ...epoch, epoch: 2 }, checkpoint: second, name });
      removing.mockRestore();
      const stored = (): Promise<boolean[]> =>
        Promise.all([first, second].map(({ hash }) => home.artifacts.store.has(hash)));
      expect(await stored()).toEqual([true, true]);

      await recover(() => true);
      await home.ledger.complete(await claim(), await result('done'));
      expect(await stored()).toEqual([false, false]);
      expect((await home.artifacts.list()).map((artifact) => artifact.name)).toEqual(['out']);
    });

    it('records nothing of a result that cannot be recorded whole', async () => {
      const stage = aStage('a');
      await submit([stage]);
      const claimed = await claim();
      const good = await result('bytes');
      const twice = { ...good, metrics: [...good.metrics, ...good.metrics] };
      await expect(home.ledger.complete(claimed, twice)).rejects.toThrow();
      expect((await home.stages.get(stage.key)).status).toBe('running');
      expect(await home.artifacts.of('stage', [stage.key])).toEqual([]);
      expect(await home.stages.metricsOf([stage.key])).toEqual([]);
    });

    it('refuses the result of a worker whose lease ran out and who was replaced', async () => {
      await submit([aStage('a')]);
      const late = await claim();
      home.clock.pass(LEASE_MS + 1);
      expect(await recover(() => false)).toBe(1);
      const next = await claim();
      expect(next.token).toBe(late.token + 1);
      await expect(home.ledger.complete(late, await result('late'))).rejects.toThrow(StaleExecutionError);
      await expect(home.ledger.renew(late)).rejects.toThrow(StaleExecutionError);
      await home.ledger.complete(next, await result('next'));
    });

    it('leaves a stage to a worker who renews its lease', async () => {
      await submit([aStage('a')]);
      const claimed = await claim();
      home.clock.pass(LEASE_MS - 1);
      await home.ledger.renew(claimed);
      home.clock.pass(LEASE_MS - 1);
      expect(await recover(() => false)).toBe(0);
    });

    it('takes up at once what a dead process of this host was doing', async () => {
      await submit([aStage('a')]);
      await claim();
      expect(await recover(({ host, pid }) => host === 'test' && pid === 1)).toBe(1);
      expect(await claimOne()).not.toBeNull();
    });

    it('gives a failed stage another chance when it is asked for again, and not before', async () => {
      const stages = [aStage('a')];
      await submit(stages);
      await home.ledger.fail(await claim(), REFUSAL, null);
      expect(await claimOne()).toBeNull();
      await submit(stages);
      expect(await claimOne()).not.toBeNull();
    });

    it('shares a stage that two submissions ask for', async () => {
      const shared = aStage('shared');
      const first = await submit([shared, aStage('one', [shared])]);
      const second = await submit([shared, aStage('two', [shared])], 'Another question?');
      await home.ledger.complete(await claim(first), await result('shared'));
      expect((await claim(second)).stage.parameters).toEqual({ word: 'two' });
      expect((await claim(first)).stage.parameters).toEqual({ word: 'one' });
    });

    it('runs a stage again whose artifacts were lost, its inputs first', async () => {
      const [source, reader] = [aStage('source'), aStage('reader', [aStage('source')])];
      await submit([source, reader]);
      await home.ledger.complete(await claim(), await result('1'));
      await home.ledger.complete(await claim(), await result('2'));
      await home.intake.repeat([reader.key, source.key]);
      expect((await claim()).stage.key).toBe(source.key);
      expect(await claimOne()).toBeNull();
    });

    it('holds back what is ready to read a stage that is being made again', async () => {
      const source = aStage('source');
      await submit([source, aStage('reader', [source])]);
      await home.ledger.complete(await claim(), await result('1'));
      await home.intake.repeat([source.key]);
      expect((await claim()).stage.key).toBe(source.key);
      expect(await claimOne()).toBeNull();
    });

    it('counts an orphan once, though many look for it at the same time', async () => {
      await submit([aStage('a')]);
      await claim();
      home.clock.pass(LEASE_MS + 1);
      const found = await Promise.all(Array.from({ length: 5 }, () => recover(() => false)));
      expect(found.reduce((sum, count) => sum + count, 0)).toBe(1);
      const orphaned = (await home.events.after(0, 100)).filter(({ kind }) => kind === 'orphaned');
      expect(orphaned).toHaveLength(1);
    });

    it('keeps a warning once, also of an execution that repeats it, and none of one that lost its lease', async () => {
      const stage = aStage('a');
      await submit([stage, aStage('b')]);
      const first = await claim();
      await home.ledger.warned(first, 'Few items have a title.');
      await home.ledger.warned(await claim(), 'Few items have a title.');
      await home.ledger.giveBack(first);
      await expect(home.ledger.warned(first, 'Too late.')).rejects.toThrow(StaleExecutionError);
      const next = await claim();
      await home.ledger.warned(next, 'Few items have a title.');
      await home.ledger.warned(next, 'Another.');
      const warnings = await home.stages.warningsOf([stage.key]);
      expect(warnings.map(({ message }) => message)).toEqual(['Few items have a title.', 'Another.']);
      expect(warnings[0]).toMatchObject({ stage: stage.key, kind: 'sessions', at: home.clock.now() });
      expect((await home.events.verify()).brokenAt).toBeNull();
    });

    it('accounts for every change in one whole chain of events', async () => {
      await submit([aStage('a'), aStage('b')]);
      const [one, two] = [await claim(), await claim()];
      await Promise.all([home.ledger.started(one), home.ledger.started(two)]);
      await Promise.all([home.ledger.complete(one, await result('1')), home.ledger.giveBack(two)]);
      const events = await home.events.after(0, 100);
      expect(events.map(({ kind }) => kind).sort()).toEqual([
        'interrupted',
        'started',
        'started',
        'submitted',
        'succeeded',
      ]);
      expect(events.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
      expect(await home.events.verify()).toEqual({ events: 5, brokenAt: null });
    });
  });
}
