import type { RecordedEvent } from '#features/events/domain/event.ts';
import type { Stage, StageKey } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { Submission } from '#features/submissions/domain/submission.ts';
import type { SubmissionsService } from '#features/submissions/submissions.service.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import { subjectWord, type Subject } from './domain/run.ts';
import { ASKING, NOTHING_ASKED, type AskedStages, type ProfilingIndex } from './profiling-index.ts';

/** A run that some events are about. */
export interface DirtyRun {
  readonly subject: Subject;
  readonly asked: AskedStages;
}

export interface DirtyRunsTools {
  readonly stages: StagesService;
  readonly submissions: SubmissionsService;
  readonly trials: TrialsService;
}

/** Finds the runs that some events are about: first submissions, then profilings, then trials, which name those before them. */
export class DirtyRuns {
  constructor(
    private readonly tools: DirtyRunsTools,
    private readonly index: ProfilingIndex,
  ) {}

  async of(events: readonly RecordedEvent[]): Promise<readonly DirtyRun[]> {
    const keys = idsOf(events, 'stage') as StageKey[];
    const submissions = await this.known(idsOf(events, 'submission'));
    const relabelled = await this.relabelledBy(events, submissions);
    const told = new Set(
      events.filter(({ kind }) => kind === 'succeeded' || kind === 'failed').map(({ subject }) => subject.id),
    );
    const trials = new Set<string>(await this.tools.trials.idsWith(keys));
    for (const { revision } of submissions)
      for (const { id } of await this.tools.trials.ofRevision(revision)) trials.add(id);
    const profilings = await this.profilings(
      keys,
      submissions.map(({ id }) => id),
      told,
    );
    return [
      ...[...submissions, ...relabelled].map(({ id }): DirtyRun => ({
        subject: { kind: 'submission', id },
        asked: NOTHING_ASKED,
      })),
      ...profilings,
      ...[...trials].map((id): DirtyRun => ({ subject: { kind: 'trial', id }, asked: NOTHING_ASKED })),
    ];
  }

  private async known(ids: readonly string[]) {
    const found = await Promise.all(ids.map((id) => this.tools.submissions.findById(id)));
    return found.filter((one) => one !== null);
  }

  /** The submissions of what failed, and of what asked a language model: the labels of their runs may be others. */
  private async relabelledBy(
    events: readonly RecordedEvent[],
    known: readonly Submission[],
  ): Promise<readonly Submission[]> {
    const changing = events.filter(({ kind, payload }) => kind === 'failed' || isOfAsking({ kind, payload }));
    const found = await this.tools.submissions.wanting(idsOf(changing, 'stage') as StageKey[]);
    const ids = new Set(known.map(({ id }) => id));
    return found.filter(({ id }) => !ids.has(id));
  }

  private async profilings(
    keys: readonly StageKey[],
    submissions: readonly string[],
    told: ReadonlySet<string>,
  ): Promise<readonly DirtyRun[]> {
    const wanted: StageKey[] = [...keys];
    for (const submission of submissions) {
      for (const kind of ['pool', 'profiling-batch'] as const)
        wanted.push(...(await this.tools.stages.wantedOf(submission, kind)));
    }
    const stages = [...(await this.tools.stages.findByKeys([...new Set(wanted)])).values()];
    const found = new Map<string, { readonly subject: Subject; readonly stages: Stage[] }>();
    for (const stage of stages) {
      const subject = await this.index.of(stage);
      if (subject === null) continue;
      const one = found.get(subjectWord(subject)) ?? { subject, stages: [] };
      found.set(subjectWord(subject), one);
      // Of what was cancelled only the submission tells.
      if (told.has(stage.key) || stage.status === 'cancelled') one.stages.push(stage);
    }
    return Promise.all(
      [...found.values()].map(async ({ subject, stages: own }) => ({
        subject,
        asked: await this.askedBy(subject, own),
      })),
    );
  }

  private async askedBy({ id }: Subject, stages: readonly Stage[]): Promise<AskedStages> {
    if (stages.length === 0) return NOTHING_ASKED;
    const members = (await this.index.membersOf(id as StageKey)).map(({ key }) => key);
    return { members, stages };
  }
}

function isOfAsking({ kind, payload }: Pick<RecordedEvent, 'kind' | 'payload'>): boolean {
  const { kind: stage } = payload;
  return kind === 'succeeded' && typeof stage === 'string' && ASKING.has(stage);
}

function idsOf(events: readonly RecordedEvent[], kind: 'stage' | 'submission'): string[] {
  return [...new Set(events.filter(({ subject }) => subject.kind === kind).map(({ subject }) => subject.id))];
}
