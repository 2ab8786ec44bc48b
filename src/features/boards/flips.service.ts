import { DomainError } from '#kernel/domain-error.ts';
import type { TrialFiles } from '#features/trials/trial-files.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import { primaryMetric } from '#features/experiments/domain/manifest-schema.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import { fieldsNamed } from '#kernel/filter/filter-fields.ts';
import { pageOfItems } from '#kernel/list-query.ts';
import { decodeView, itemsOf, type SessionView } from '#science/sessions/session-view.ts';
import { decodeTargetRanks, flipsBetween, type Flip, type Flips } from './domain/flips.ts';
import { ArmNotFoundError } from './experiment-views.service.ts';
import type { FlipsAnswer } from './http/experiments.schema.ts';

class NothingToCompareError extends DomainError<'NOTHING_TO_COMPARE'> {
  constructor(arm: string, against: string) {
    super(
      'NOTHING_TO_COMPARE',
      `No finished trial of ${arm} has a finished partner among those of ${against} on the same data set; flips need both.`,
    );
  }
}

export interface FlipsRequest {
  readonly arm: string;
  readonly against: string;
  readonly dataset: string | undefined;
  readonly cutoff: number | undefined;
  readonly flip: 'gained' | 'lost' | undefined;
  readonly limit: number;
  readonly after: string | undefined;
  readonly now: Date;
}

interface Pair {
  readonly own: Trial;
  readonly against: Trial;
}

type PairedFlip = Flip & { readonly id: string; readonly pair: Pair };

const SHOWN_ITEMS = 20;

/** The test sessions that one arm gains or loses against another. */
export class FlipsService {
  constructor(
    private readonly tools: {
      readonly experiments: ExperimentsService;
      readonly trials: TrialsService;
      readonly files: TrialFiles;
    },
  ) {}

  /** @throws ExperimentNotFoundError, RevisionNotFoundError, ArmNotFoundError, NothingToCompareError, TrialFileNotFoundError */
  async flips(reference: string, request: FlipsRequest): Promise<FlipsAnswer> {
    const [revision] = await this.tools.experiments.findRevisions(reference);
    const pairs = pairsOf(await this.tools.trials.ofRevision(revision.id), request);
    const [first] = pairs;
    if (first === undefined) throw new NothingToCompareError(request.arm, request.against);
    const cutoff = request.cutoff ?? cutoffOf(revision);
    const compared = await Promise.all(pairs.map((pair) => this.compare(pair, cutoff)));
    const all = compared.flatMap(({ flips }, index) => withPair(flips, pairs[index] ?? first));
    const asked = request.flip === undefined ? all : all.filter(({ flip }) => flip === request.flip);
    const { limit, after, now } = request;
    const fields = fieldsNamed({});
    const page = pageOfItems(asked, { limit, after }, { fields, idOf: ({ id }) => id, now });
    return {
      experiment: revision.experiment,
      revision: revision.number,
      dataset: first.own.dataset,
      arm: request.arm,
      against: request.against,
      cutoff,
      pairs: pairs.length,
      both: sumOf(compared, ({ both }) => both),
      neither: sumOf(compared, ({ neither }) => neither),
      gained: all.filter(({ flip }) => flip === 'gained').length,
      lost: all.filter(({ flip }) => flip === 'lost').length,
      items: await this.shown(first.own, page.items),
      next: page.next,
    };
  }

  private async compare({ own, against }: Pair, cutoff: number): Promise<Flips> {
    const read = async (trial: Trial) =>
      decodeTargetRanks(await this.tools.files.read(trial, 'evaluation', 'ranks-test.safetensors'));
    return flipsBetween(await read(own), await read(against), cutoff);
  }

  /** All trials of one data set under one manifest have the same sessions. */
  private async shown(trial: Trial, flips: readonly PairedFlip[]): Promise<FlipsAnswer['items']> {
    if (flips.length === 0) return [];
    const itemOf = await this.tools.files.itemsOf(trial);
    const view = decodeView(await this.tools.files.read(trial, 'sessions', 'test.safetensors'));
    const places = new Map(Array.from(view.session, (session, place) => [session, place]));
    const shortOf = (item: number) => ({ id: itemOf(item).id, title: itemOf(item).title });
    return flips.map(({ flip, session, position, target, rank, againstRank, pair }) => ({
      flip,
      session,
      position,
      trial: pair.own.id,
      againstTrial: pair.against.id,
      rank,
      againstRank,
      target: shortOf(target),
      items: beforeTarget(view, places.get(session), position).map(shortOf),
    }));
  }
}

function beforeTarget(view: SessionView, place: number | undefined, position: number): readonly number[] {
  return place === undefined ? [] : [...itemsOf(view, place).subarray(0, position)].slice(-SHOWN_ITEMS);
}

/** Trials with the same seeds where both arms read them, else in the order of the plan. */
function pairsOf(trials: readonly Trial[], { arm, against, dataset }: FlipsRequest): readonly Pair[] {
  const known = [...new Set(trials.map((trial) => trial.arm))];
  for (const name of [arm, against]) if (!known.includes(name)) throw new ArmNotFoundError(name.slice(0, 300), known);
  const done = trials.filter(({ status }) => status === 'succeeded');
  const on = dataset ?? done.find((trial) => trial.arm === arm)?.dataset;
  const [own, others] = [arm, against].map((name) => done.filter((one) => one.arm === name && one.dataset === on));
  return (own ?? []).flatMap((trial) => {
    const partner = (others ?? []).find((one) => areSeedsAlike(trial, one));
    return partner === undefined ? [] : [{ own: trial, against: partner }];
  });
}

function areSeedsAlike({ seeds: left }: Trial, { seeds: right }: Trial): boolean {
  const isAlike = (mine: number | null, yours: number | null): boolean =>
    mine === null || yours === null || mine === yours;
  return isAlike(left.train, right.train) && isAlike(left.profile, right.profile);
}

function cutoffOf({ manifest }: Revision): number {
  return Number(/@(\d+)$/.exec(primaryMetric(manifest))?.[1] ?? Math.max(...manifest.protocol.cutoffs));
}

function withPair(flips: readonly Flip[], pair: Pair): readonly PairedFlip[] {
  return flips.map((flip) => ({ ...flip, pair, id: `${pair.own.id} ${flip.session} ${flip.position}` }));
}

function sumOf(all: readonly Flips[], amount: (flips: Flips) => number): number {
  return all.reduce((sum, flips) => sum + amount(flips), 0);
}
