import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StaleExecutionError, type PlannedStage } from '#features/stages/domain/stage.ts';
import { LEASE_MS, type Claim, type StageResult } from '#features/stages/stage-queue.ts';
import { aPlan, aStage, aTrial, aWorker } from '../support/builders.ts';
import type { OpenHome, TestHome } from '../support/home.ts';

const USAGE = { seconds: 1, cpuSeconds: 1, peakMemoryBytes: 1 };

/** What every place in which stages wait must promise. */
export function describeStageQueue(name: string, open: OpenHome): void {
  describe(`the stage queue ${name}`, () => {
    let home: TestHome;
    beforeEach(async () => (home = await open()));
    afterEach(() => home.close());

    const submit = async (stages: readonly PlannedStage[], question = 'Does it work?'): Promise<string> => {
      const { submission } = await home.submissions.submit(aPlan([{ trial: aTrial(), stages }], { question }));
      return submission.id;
    };
    const result = async (text: string): Promise<StageResult> => ({
      artifacts: { out: await home.artifacts.store.put(new TextEncoder().encode(text)) },
      metrics: [{ name: 'hr@20', split: 'test', step: 0, value: 0.5 }],
      usage: USAGE,
    });
    const claim = async (submission: string): Promise<Claim> => {
      const claimed = await home.queue.claim(submission, aWorker());
      if (claimed === null) throw new Error('nothing was ready');
      return claimed;
    };

    it('hands one ready stage to one of twenty that ask at once', async () => {
      const submission = await submit([aStage('a')]);
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, pid) => home.queue.claim(submission, aWorker(pid))),
      );
      expect(claims.filter((claimed) => claimed !== null)).toHaveLength(1);
    });

    it('holds a stage back until all that it reads has succeeded', async () => {
      const [left, right] = [aStage('left'), aStage('right')];
      const submission = await submit([left, right, aStage('both', [left, right])]);
      const first = await claim(submission);
      const second = await claim(submission);
      expect(await home.queue.claim(submission, aWorker())).toBeNull();
      await home.queue.complete(first, await result('1'));
      expect(await home.queue.claim(submission, aWorker())).toBeNull();
      await home.queue.complete(second, await result('2'));
      expect((await claim(submission)).stage.parameters).toEqual({ word: 'both' });
    });

    it('records artifacts, metrics and end of a stage together', async () => {
      const stage = aStage('a');
      const submission = await submit([stage]);
      await home.queue.complete(await claim(submission), await result('bytes'));
      expect((await home.stages.get(stage.key)).status).toBe('succeeded');
      expect(await home.artifacts.of('stage', [stage.key])).toMatchObject([{ name: 'out', bytes: 5 }]);
      expect(await home.stages.metricsOf([stage.key])).toMatchObject([{ name: 'hr@20', split: 'test', value: 0.5 }]);
    });

    it('leaves no checkpoint behind, also of an execution that was killed before it removed the one before', async () => {
      const submission = await submit([aStage('a')]);
      const killed = await claim(submission);
      const [first, second] = [
        await home.artifacts.store.put(Uint8Array.of(1)),
        await home.artifacts.store.put(Uint8Array.of(2)),
      ];
      const epoch = { type: 'epoch', epochs: 3, tokens: 1, metrics: [], checkpoint: '', seconds: 1 } as const;
      const name = 'checkpoint-0.safetensors';
      await home.queue.recordEpoch(killed, { epoch: { ...epoch, epoch: 1 }, checkpoint: first, name });
      const removing = vi.spyOn(home.artifacts, 'discardUnlinked').mockResolvedValue();
      await home.queue.recordEpoch(killed, { epoch: { ...epoch, epoch: 2 }, checkpoint: second, name });
      removing.mockRestore();
      const stored = (): Promise<boolean[]> =>
        Promise.all([first, second].map(({ hash }) => home.artifacts.store.has(hash)));
      expect(await stored()).toEqual([true, true]);

      await home.queue.recoverOrphans(() => true);
      await home.queue.complete(await claim(submission), await result('done'));
      expect(await stored()).toEqual([false, false]);
      expect((await home.artifacts.list()).map((artifact) => artifact.name)).toEqual(['out']);
    });

    it('records nothing of a result that cannot be recorded whole', async () => {
      const stage = aStage('a');
      const submission = await submit([stage]);
      const claimed = await claim(submission);
      const good = await result('bytes');
      const twice = { ...good, metrics: [...good.metrics, ...good.metrics] };
      await expect(home.queue.complete(claimed, twice)).rejects.toThrow();
      expect((await home.stages.get(stage.key)).status).toBe('running');
      expect(await home.artifacts.of('stage', [stage.key])).toEqual([]);
      expect(await home.stages.metricsOf([stage.key])).toEqual([]);
    });

    it('refuses the result of a worker whose lease ran out and who was replaced', async () => {
      const submission = await submit([aStage('a')]);
      const late = await claim(submission);
      home.clock.pass(LEASE_MS + 1);
      expect(await home.queue.recoverOrphans(() => false)).toBe(1);
      const next = await claim(submission);
      expect(next.token).toBe(late.token + 1);
      await expect(home.queue.complete(late, await result('late'))).rejects.toThrow(StaleExecutionError);
      await expect(home.queue.renew(late)).rejects.toThrow(StaleExecutionError);
      await home.queue.complete(next, await result('next'));
    });

    it('leaves a stage to a worker who renews its lease', async () => {
      const submission = await submit([aStage('a')]);
      const claimed = await claim(submission);
      home.clock.pass(LEASE_MS - 1);
      await home.queue.renew(claimed);
      home.clock.pass(LEASE_MS - 1);
      expect(await home.queue.recoverOrphans(() => false)).toBe(0);
    });

    it('takes up at once what a dead process of this host was doing', async () => {
      const submission = await submit([aStage('a')]);
      await claim(submission);
      expect(await home.queue.recoverOrphans(({ host, pid }) => host === 'test' && pid === 1)).toBe(1);
      expect(await home.queue.claim(submission, aWorker())).not.toBeNull();
    });

    it('gives a failed stage another chance when it is asked for again, and not before', async () => {
      const stages = [aStage('a')];
      const submission = await submit(stages);
      await home.queue.fail(await claim(submission), { code: 'X', message: 'broken', stack: null });
      expect(await home.queue.claim(submission, aWorker())).toBeNull();
      await submit(stages);
      expect(await home.queue.claim(submission, aWorker())).not.toBeNull();
    });

    it('shares a stage that two submissions ask for', async () => {
      const shared = aStage('shared');
      const first = await submit([shared, aStage('one', [shared])]);
      const second = await submit([shared, aStage('two', [shared])], 'Another question?');
      await home.queue.complete(await claim(first), await result('shared'));
      expect((await claim(second)).stage.parameters).toEqual({ word: 'two' });
      expect((await claim(first)).stage.parameters).toEqual({ word: 'one' });
    });

    it('runs a stage again whose artifacts were lost, its inputs first', async () => {
      const [source, reader] = [aStage('source'), aStage('reader', [aStage('source')])];
      const submission = await submit([source, reader]);
      await home.queue.complete(await claim(submission), await result('1'));
      await home.queue.complete(await claim(submission), await result('2'));
      await home.queue.repeat([reader.key, source.key]);
      expect((await claim(submission)).stage.key).toBe(source.key);
      expect(await home.queue.claim(submission, aWorker())).toBeNull();
    });

    it('holds back what is ready to read a stage that is being made again', async () => {
      const source = aStage('source');
      const submission = await submit([source, aStage('reader', [source])]);
      await home.queue.complete(await claim(submission), await result('1'));
      await home.queue.repeat([source.key]);
      expect((await claim(submission)).stage.key).toBe(source.key);
      expect(await home.queue.claim(submission, aWorker())).toBeNull();
    });

    it('counts an orphan once, though many look for it at the same time', async () => {
      const submission = await submit([aStage('a')]);
      await claim(submission);
      home.clock.pass(LEASE_MS + 1);
      const found = await Promise.all(Array.from({ length: 5 }, () => home.queue.recoverOrphans(() => false)));
      expect(found.reduce((sum, count) => sum + count, 0)).toBe(1);
      const orphaned = (await home.events.after(0, 100)).filter(({ kind }) => kind === 'orphaned');
      expect(orphaned).toHaveLength(1);
    });

    it('keeps a warning once, also of an execution that repeats it, and none of one that lost its lease', async () => {
      const stage = aStage('a');
      const submission = await submit([stage, aStage('b')]);
      const first = await claim(submission);
      await home.queue.warned(first, 'Few items have a title.');
      await home.queue.warned(await claim(submission), 'Few items have a title.');
      await home.queue.release(first);
      await expect(home.queue.warned(first, 'Too late.')).rejects.toThrow(StaleExecutionError);
      const next = await claim(submission);
      await home.queue.warned(next, 'Few items have a title.');
      await home.queue.warned(next, 'Another.');
      const warnings = await home.stages.warningsOf([stage.key]);
      expect(warnings.map(({ message }) => message)).toEqual(['Few items have a title.', 'Another.']);
      expect(warnings[0]).toMatchObject({ stage: stage.key, kind: 'sessions', at: home.clock.now() });
      expect((await home.events.verify()).brokenAt).toBeNull();
    });

    it('accounts for every change in one whole chain of events', async () => {
      const submission = await submit([aStage('a'), aStage('b')]);
      const [one, two] = [await claim(submission), await claim(submission)];
      await Promise.all([home.queue.started(one), home.queue.started(two)]);
      await Promise.all([home.queue.complete(one, await result('1')), home.queue.release(two)]);
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
