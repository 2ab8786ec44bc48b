import type { CallsService } from '#features/calls/calls.service.ts';
import type { Call, CallUse } from '#features/calls/domain/call.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import { TrialFileNotFoundError, type ShownItem, type TrialFiles } from '#features/trials/trial-files.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import { DomainError } from '#kernel/domain-error.ts';
import type { Attempt } from '#science/intents/attempt.ts';
import { decodePool } from '#science/intents/intent-pool.ts';
import { letterOf } from '#science/intents/prompts/letters.ts';
import { decodeProfiles, type SessionProfile } from '#science/intents/session-profile.ts';
import { decodeView, itemsOf, type SessionView } from '#science/sessions/session-view.ts';
import { rankedByUncertainty } from '#science/uncertainty/deciles.ts';
import { decodeOrder } from '#science/uncertainty/session-order.ts';
import { decodeUncertainty } from '#science/uncertainty/uncertainty-file.ts';
import { acceptance } from './domain/acceptance.ts';
import { profiledSession, type SessionGround } from './domain/profiled-session.ts';
import type {
  AcceptanceAnswer,
  ProfiledSessionAnswer,
  ProfiledSessionDetailAnswer,
  ProfilingAnswer,
} from './http/profilings.schema.ts';

class ProfiledSessionNotFoundError extends DomainError<'SESSION_NOT_FOUND'> {
  constructor(trial: string, session: number) {
    super('SESSION_NOT_FOUND', `Trial ${trial} has not profiled a session ${session}.`);
  }
}

export interface ProfilingTools {
  readonly calls: CallsService;
  readonly experiments: ExperimentsService;
  readonly files: TrialFiles;
  readonly stages: StagesService;
  readonly trials: TrialsService;
}

interface Profiling {
  readonly trial: Trial;
  /** In the order of profiling. */
  readonly profiles: readonly SessionProfile[];
  readonly view: SessionView;
  readonly ground: SessionGround;
}

type Try = ProfiledSessionDetailAnswer['tries'][number];

/** What became of the sessions that a trial had profiled. */
export class ProfilingsService {
  constructor(private readonly tools: ProfilingTools) {}

  /** Trials that profile. @param reference `NAME` or `NAME@REVISION`; `undefined` for all */
  async list(reference: string | undefined): Promise<readonly ProfilingAnswer[]> {
    const { experiments, trials, stages } = this.tools;
    const revisions =
      reference === undefined
        ? (await Promise.all((await experiments.list()).map(({ name }) => experiments.revisionsOf(name)))).flat()
        : await experiments.findRevisions(reference);
    const found = await Promise.all(
      revisions.map(async ({ id, experiment, number }) =>
        (await trials.ofRevision(id)).map((trial) => ({ trial, experiment, number })),
      ),
    );
    const all = found.flat();
    const known = await stages.findByKeys([...new Set(all.flatMap(({ trial }) => trial.stages))]);
    const profiles = ({ stages: keys }: Trial): boolean =>
      keys.some((key) => known.get(key)?.kind === 'profiling-batch' && known.get(key)?.status === 'succeeded');
    return all
      .filter(({ trial }) => profiles(trial))
      .map(({ trial: { id, arm, dataset, status }, experiment, number }) => {
        return { trial: id, experiment, revision: number, arm, dataset, status };
      });
  }

  /** @throws TrialNotFoundError, TrialFileNotFoundError for a trial that has not profiled */
  async sessions(idPrefix: string): Promise<readonly ProfiledSessionAnswer[]> {
    const { profiles, ground } = await this.open(idPrefix);
    return profiles.map((profile) => profiledSession(profile, ground));
  }

  /** @throws TrialNotFoundError, TrialFileNotFoundError */
  async acceptance(idPrefix: string): Promise<AcceptanceAnswer> {
    const { trial, profiles, ground } = await this.open(idPrefix);
    const { attempts, candidates, successRank } = trial.settings.profiling;
    const lines = profiles.map((profile) => profiledSession(profile, ground));
    return { trial: trial.id, ...acceptance(profiles, lines, { attempts, candidates, successRank }) };
  }

  /** @throws TrialNotFoundError, TrialFileNotFoundError, ProfiledSessionNotFoundError */
  async session(idPrefix: string, number: number): Promise<ProfiledSessionDetailAnswer> {
    const { trial, profiles, view, ground } = await this.open(idPrefix);
    const at = profiles.findIndex(({ session }) => session === number);
    const profile = profiles[at];
    if (profile === undefined) throw new ProfiledSessionNotFoundError(trial.id, number);
    const itemOf = await this.tools.files.itemsOf(trial);
    const items = Array.from(itemsOf(view, profile.position), itemOf);
    const calls = await this.callsAbout(trial, number);
    return {
      ...profiledSession(profile, ground),
      trial: trial.id,
      context: items.slice(0, -1).map(shown),
      heldOut: shown(items.at(-1) ?? itemOf(0)),
      previous: profiles[at - 1]?.session ?? null,
      following: profiles[at + 1]?.session ?? null,
      tries: profile.attempts.map((attempt) => tryOf(attempt, { items, itemOf, calls })),
    };
  }

  private async open(idPrefix: string): Promise<Profiling> {
    const { trials, files } = this.tools;
    const trial = await trials.get(idPrefix);
    const batches = await files.readAll(trial, 'profiling-batch', 'profiles.jsonl');
    if (batches.length === 0) throw new TrialFileNotFoundError(trial, 'profiling-batch', 'profiles.jsonl');
    const profiles = batches.flatMap(decodeProfiles).sort((left, right) => left.place - right.place);
    const view = decodeView(await files.read(trial, 'sessions', 'train.safetensors'));
    return { trial, profiles, view, ground: await this.groundOf(trial, view) };
  }

  private async groundOf(trial: Trial, view: SessionView): Promise<SessionGround> {
    const { files } = this.tools;
    const order = decodeOrder(await files.read(trial, 'selection', 'order.safetensors'));
    const deciles = await this.decilesOf(trial);
    const pool = await files.find(trial, 'profiling-finalise', 'pool.json');
    const last = pool ?? (await files.readAll(trial, 'profiling-batch', 'pool.json')).at(-1);
    const names = new Map(last === undefined ? [] : decodePool(last).intents.map(({ id, name }) => [id, name]));
    return {
      lengthOf: (position) => itemsOf(view, position).length,
      scoreOf: (place) => order.score?.[place] ?? null,
      decileOf: (position) => deciles.get(position) ?? null,
      intentName: (id) => names.get(id) ?? `intent ${id}`,
    };
  }

  /** By position in the training view. */
  private async decilesOf(trial: Trial): Promise<ReadonlyMap<number, number>> {
    const stages = await this.tools.files.stagesOf(trial, 'uncertainty');
    const ofTraining = stages.find(({ parameters }) => parameters['of'] === 'train');
    if (ofTraining === undefined) return new Map();
    const bytes = await this.tools.files.ofStage(ofTraining, 'uncertainty.safetensors');
    if (bytes === null) return new Map();
    const scored = decodeUncertainty(bytes);
    return new Map(rankedByUncertainty(scored).map(({ row, decile }) => [scored.position[row] ?? -1, decile]));
  }

  /** The calls about a session by attempt, in the order in which they were asked. */
  private async callsAbout(trial: Trial, session: number): Promise<CallsByAttempt> {
    const keys = (await this.tools.files.stagesOf(trial, 'profiling-batch')).map(({ key }) => key);
    const uses = await this.tools.calls.aboutSession(keys, session);
    const calls = new Map<number, Try['calls']>();
    for (const use of uses) {
      const own = calls.get(use.subject.attempt) ?? [];
      calls.set(use.subject.attempt, [...own, callOf(use)]);
    }
    return calls;
  }
}

type CallsByAttempt = ReadonlyMap<number, Try['calls']>;

interface TryGround {
  /** The whole session, oldest first. */
  readonly items: readonly ShownItem[];
  readonly itemOf: (item: number) => ShownItem;
  readonly calls: CallsByAttempt;
}

/** Items of a context that a prompt shows, the latest: evidence counts from the first that is shown. */
const SHOWN = 20;

function tryOf(attempt: Attempt, { items, itemOf, calls }: TryGround): Try {
  const { outcome, intents, candidates, target, ranking, rank, feedback } = attempt;
  const hidden = Math.max(0, items.length - 1 - SHOWN);
  return {
    attempt: attempt.attempt,
    outcome,
    intents: intents.map(({ id, name, description, evidence }) => {
      return { id, name, description, evidence: evidence.map((number) => hidden + number - 1) };
    }),
    candidates: candidates.map((item, place) => {
      const letter = letterOf(place);
      const { id, title } = itemOf(item);
      return { letter, id, title, isHeldOut: letter === target };
    }),
    ranking: [...ranking],
    rank,
    feedback,
    calls: calls.get(attempt.attempt) ?? [],
  };
}

function callOf({ call, subject, outcome, isReused, made }: CallUse & { readonly made: Call }): Try['calls'][number] {
  const { text, finish, promptTokens, completionTokens } = made.answer;
  return {
    call,
    step: subject.step,
    variant: subject.variant,
    outcome,
    reused: isReused,
    model: made.model.model,
    messages: made.request.messages.map((message) => ({ ...message })),
    answer: text,
    finish,
    promptTokens,
    completionTokens,
  };
}

function shown({ id, title, categories }: ShownItem) {
  return { id, title, categories: [...categories] };
}
