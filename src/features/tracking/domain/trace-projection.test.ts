import { describe, expect, it } from 'vitest';
import type { Submission } from '#features/submissions/domain/submission.ts';
import type { ManifestOrigin } from '#features/submissions/domain/manifest-origin.ts';
import { contentHash } from '#kernel/content-hash.ts';
import { aPlan, aStage } from '../../../../test/support/builders.ts';
import { profilingRun } from './profiling-projection.ts';
import type { RunProjection } from './run.ts';
import { traceOf, traceOutlines, type WholeUse } from './trace-projection.ts';

const AT = new Date(0);
const STAGE = aStage('batch');

/** The profiling of one and the same manifest, as it was submitted in some home. */
const profilingOf = (submissionId: string, origin: ManifestOrigin | null = null): RunProjection => {
  const { manifest, source } = aPlan([]);
  const submission: Submission = {
    ...{ id: submissionId, revision: 'r', state: 'active', reason: null },
    ...{ activeSince: AT, createdAt: AT, endedAt: null },
  };
  const stage = { ...STAGE, status: 'succeeded', createdAt: AT, endedAt: AT } as const;
  return profilingRun({
    ...{ id: STAGE.key, submission, asked: { number: 1, at: AT, origin } },
    revision: { id: 'r', experiment: 'test', number: 1, manifest, source, createdAt: AT },
    stages: [{ stage, metrics: [], artifacts: [], epochs: new Map(), success: null, failure: null }],
    labels: { isSynthetic: false, isSimulated: false },
  });
};
const use = (attempt: number): WholeUse => ({
  ...{ stage: STAGE.key, call: contentHash(`call ${attempt}`), isReused: false, outcome: 'used' },
  subject: { purpose: 'profiling', step: 'IDENTIFY', session: 7, attempt, variant: 'asked' },
  made: {
    ...{ hash: contentHash(`call ${attempt}`), scope: '', usd: 0, latencyMs: 1, answeredAt: AT, paidBy: STAGE.key },
    model: { model: 'simulated', parameters: {} },
    request: { messages: [{ role: 'user', content: 'Which intents?' }], temperature: 0, maxTokens: 9, sample: 1 },
    answer: { text: '{}', finish: 'stop', promptTokens: 3, completionTokens: 1 },
  },
});
const calls = [use(1), use(2)] as const;

describe('the trace of a session', () => {
  it('has the same ids whenever it is projected, and as many calls as its outline says', () => {
    const { tagId } = profilingOf('one');
    const trace = traceOf(tagId, calls, new Set([STAGE.key]));
    expect(traceOf(tagId, [use(2), use(1)], new Set([STAGE.key]))).toEqual(trace);
    expect(traceOutlines(tagId, calls)).toEqual(new Map([[trace.id, trace.spans.length - 1]]));
  });

  it('shares no id with that of another home that runs the same manifest', () => {
    const idsIn = (submission: string): readonly string[] => {
      const { id, spans } = traceOf(profilingOf(submission).tagId, calls, new Set([STAGE.key]));
      return [id, ...spans.map((span) => span.id)];
    };
    const all = [...idsIn('one'), ...idsIn('two')];
    expect(new Set(all).size).toBe(8);
  });
});

describe('the traces of two probes of one pool', () => {
  it('are told apart, though they ask about the same session', () => {
    const ofProbe = (stage: string): WholeUse => ({
      ...use(1),
      stage: contentHash(stage),
      subject: { ...use(1).subject, purpose: 'probe' },
    });
    const probes = ['one', 'two'].map(ofProbe);
    const ids = probes.map((probe) => traceOf('run', [probe], new Set()).id);
    expect(new Set(ids).size).toBe(2);
    expect(traceOutlines('run', probes)).toEqual(new Map(ids.map((id) => [id, 1])));
  });
});

describe('the tags of a run', () => {
  it('say where the manifest lay, and what git knew of it', () => {
    const git = { commit: 'c0ffee', branch: 'main', repository: 'https://example.org/lab.git' };
    expect(profilingOf('one', { file: 'experiments/a.yaml', git }).tags).toMatchObject({
      'mlflow.source.type': 'LOCAL',
      'mlflow.source.name': 'experiments/a.yaml',
      'mlflow.source.git.commit': 'c0ffee',
      'mlflow.source.git.branch': 'main',
      'mlflow.source.git.repoURL': 'https://example.org/lab.git',
    });
    expect(Object.keys(profilingOf('one').tags).filter((tag) => tag.includes('.git.'))).toEqual([]);
    expect(profilingOf('one').tags['mlflow.source.name']).toBe('sprintlab experiment test@1');
  });
});
