import { contentHash } from '#kernel/content-hash.ts';
import type { PlannedStage, StageKey } from '#features/stages/domain/stage.ts';
import { CallDesk } from '#features/workers/call-desk.ts';
import { encodePool, type Intent } from '#science/intents/intent-pool.ts';
import type { StageKind } from '#science/stages/stage.ts';
import { draftOf, type Asking } from './asking.mjs';
import { aPlan, aStage, aTrial, aWorker } from './builders.ts';
import type { TestHome } from './home.ts';

/** A stage as it will be found: the calls that it made, the pool that it left, what it warned of. */
export interface ProfiledStage {
  readonly word: string;
  readonly kind: StageKind;
  /** The word of the stage whose pool it began with. */
  readonly after?: string;
  readonly askings?: readonly Asking[];
  readonly intents?: readonly Partial<Intent>[];
  readonly warnings?: readonly string[];
}

export function keyOf(word: string): StageKey {
  return contentHash(word) as StageKey;
}

function anIntent(change: Partial<Intent> = {}): Intent {
  const plain = {
    name: 'refill the bathroom',
    description: 'Things that run out',
    origin: 'init',
    status: 'active',
  } as const;
  return { id: 1, ...plain, mergedInto: null, support: 0, ...change };
}

/** A revision whose trials, each a list of the words of its stages, have succeeded. */
export async function aProfiledExperiment(
  home: TestHome,
  experiment: string,
  {
    stages,
    trials,
  }: { readonly stages: readonly ProfiledStage[]; readonly trials: Readonly<Record<string, readonly string[]>> },
): Promise<void> {
  const planned = new Map(stages.map((stage) => [stage.word, toPlanned(stage)]));
  const plans = Object.entries(trials).map(([arm, words]) => {
    return { trial: aTrial({ arm }), stages: words.map((word) => planned.get(word)!) };
  });
  const { submission } = await home.submissions.submit(aPlan(plans, { name: experiment }));
  for (;;) {
    const [claim] = await home.queue.claim({ worker: aWorker(), slots: 1, submission: submission.id });
    if (claim === undefined) return;
    const { askings = [], intents, warnings = [] } = stages.find(({ word }) => keyOf(word) === claim.stage.key)!;
    await ask(new CallDesk(home.calls, home.ledger, claim), askings);
    for (const message of warnings) await home.ledger.warned(claim, message);
    const pool = encodePool({ version: askings.length, intents: (intents ?? []).map((intent) => anIntent(intent)) });
    const artifacts = intents === undefined ? {} : { 'pool.json': await home.artifacts.store.put(pool) };
    await home.ledger.complete(claim, {
      artifacts,
      metrics: [],
      usage: { seconds: 1, cpuSeconds: 1, peakMemoryBytes: 1 },
      log: null,
    });
  }
}

function toPlanned({ word, kind, after }: ProfiledStage): PlannedStage {
  const pool =
    after === undefined ? {} : ({ pool: { from: 'stage', stage: keyOf(after), artifact: 'pool.json' } } as const);
  return { ...aStage(word), kind, inputs: pool };
}

async function ask(desk: CallDesk, askings: readonly Asking[]): Promise<void> {
  for (const [number, asking] of askings.entries()) {
    desk.take([{ kind: 'recall', number, draft: draftOf(asking) }]);
    const [reply] = await desk.serve();
    const answer = { text: asking.answer, finish: 'stop', promptTokens: 100, completionTokens: 20 } as const;
    if (reply?.answer === null) desk.take([{ kind: 'keep', number, answer, latencyMs: 1.5 }]);
    await desk.serve();
    if (asking.outcome !== undefined) desk.take([{ kind: 'judge', subject: asking.subject, outcome: asking.outcome }]);
  }
  await desk.serve();
  await desk.close();
}
