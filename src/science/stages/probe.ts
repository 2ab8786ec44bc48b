import { canonicalJson, type JsonValue } from '#kernel/json.ts';
import { hardSession } from '#science/intents/hard-session.ts';
import {
  type BenefitProbe,
  probeBenefit,
  probeRandomIntents,
  type RandomIntentsProbe,
} from '#science/intents/probe.ts';
import { byUncertainty, stratified, type UncertainSession } from '#science/intents/uncertainty-deciles.ts';
import { inOrder } from '#science/llm/in-order.ts';
import { type Correlation, spearman } from '#science/metrics/rank-correlation.ts';
import { stream } from '#science/random/stream.ts';
import { eligibleSessions } from '#science/sessions/eligible-sessions.ts';
import { DECILES } from '#science/uncertainty/deciles.ts';
import { decodeUncertainty } from '#science/uncertainty/uncertainty-file.ts';
import { artifactOf } from './stage-artifact.ts';
import { type OpenedLoop, openLoop } from './stage-loop.ts';
import type { LoopParameters } from './stage-profiling.ts';
import type { MetricPoint, StageFunction, StageOutput, StageReport } from './stage.ts';

export type ProbeParameters = LoopParameters &
  Readonly<{
    /** Sessions whose prediction is asked for with random intents of the pool. */
    randomIntents: number;
    /** Sessions, stratified by decile of the uncertainty, on which it is measured what intents help. */
    benefit: number;
  }>;

/** As a batch of profiling, with the initial pool, and for the benefit `uncertainty`, to `probe.json`: outside any budget. */
export const run: StageFunction<ProbeParameters> = async function* (input): AsyncGenerator<StageReport, StageOutput> {
  const { parameters, artifacts } = input;
  const opened = await openLoop(input, 'probe');
  const random = yield* randomProbes(opened, eligibleSessions(opened.train), parameters);
  const chosen = parameters.benefit === 0 ? [] : chosenForBenefit(artifactOf(artifacts, 'uncertainty'), parameters);
  const benefits = yield* benefitProbes(opened, chosen);
  const found: Findings = {
    random: randomFindings(random, parameters),
    benefit: benefitFindings(chosen, benefits),
    calls: [...random, ...benefits].reduce((sum, { calls }) => sum + calls, 0),
  };
  if (found.random.acceptance === null && parameters.randomIntents > 0)
    yield { kind: 'warning', message: 'No prediction from random intents could be read, or the pool has no intent.' };
  if (found.benefit.spearman === null && parameters.benefit > 0)
    yield { kind: 'warning', message: 'What intents help was not measured on enough sessions for a correlation.' };
  return {
    artifacts: { 'probe.json': new TextEncoder().encode(canonicalJson(found as unknown as JsonValue)) },
    metrics: metricsOf(found),
  };
};

/** Sessions asked about at once. What comes out does not depend on it. */
const AT_ONCE = 16;

async function* randomProbes(
  { loop, train }: OpenedLoop,
  positions: Int32Array,
  { randomIntents, seed }: ProbeParameters,
): AsyncGenerator<StageReport, readonly RandomIntentsProbe[]> {
  stream(seed, 'profile', 'probe/sessions').shuffle(positions);
  const sessions = Array.from(positions.subarray(0, randomIntents), (at, place) => hardSession(train, at, place));
  const probing = inOrder(sessions, AT_ONCE, (session) => probeRandomIntents(loop, session, seed));
  return yield* reported(probing, sessions.length);
}

function chosenForBenefit(uncertainty: Uint8Array, { benefit, seed }: ProbeParameters): readonly UncertainSession[] {
  const rng = stream(seed, 'profile', 'probe/benefit');
  return stratified(byUncertainty(decodeUncertainty(uncertainty)), benefit, rng);
}

async function* benefitProbes(
  { loop, train }: OpenedLoop,
  chosen: readonly UncertainSession[],
): AsyncGenerator<StageReport, readonly BenefitProbe[]> {
  const sessions = chosen.map(({ position }, place) => hardSession(train, position, place));
  return yield* reported(
    inOrder(sessions, AT_ONCE, (session) => probeBenefit(loop, session)),
    sessions.length,
  );
}

async function* reported<Probe>(
  probing: AsyncGenerator<Probe, void>,
  total: number,
): AsyncGenerator<StageReport, readonly Probe[]> {
  const probes: Probe[] = [];
  for await (const probe of probing) {
    probes.push(probe);
    yield { kind: 'progress', done: probes.length, total, unit: 'sessions' };
  }
  return probes;
}

/** What `probe.json` says. */
interface Findings {
  readonly random: RandomFindings;
  readonly benefit: BenefitFindings;
  readonly calls: number;
}

interface RandomFindings {
  readonly sessions: number;
  /** Share of the readable predictions that were right; `null` of none. */
  readonly acceptance: number | null;
  /** Of random rankings. */
  readonly chance: number;
}

interface BenefitFindings {
  /** Sessions on which it could be measured. */
  readonly sessions: number;
  /** By decile of the uncertainty, from 1 to 10, the most uncertain; the mean of no session is `null`. */
  readonly deciles: readonly Readonly<{ decile: number; sessions: number; mean: number | null }>[];
  readonly mean: number | null;
  /** Of uncertainty and benefit: above 0, the language model helps where the session is uncertain. */
  readonly spearman: Correlation | null;
}

function randomFindings(probes: readonly RandomIntentsProbe[], rules: ProbeParameters): RandomFindings {
  const rights = probes.map(({ isRight }) => isRight).filter((isRight) => isRight !== null);
  return {
    sessions: rights.length,
    acceptance: meanOf(rights.map(Number)),
    chance: Math.min(1, rules.successRank / rules.candidates),
  };
}

function benefitFindings(chosen: readonly UncertainSession[], probes: readonly BenefitProbe[]): BenefitFindings {
  const measured = probes.flatMap(({ benefit }, at) => (benefit === null ? [] : [{ ...chosen[at]!, benefit }]));
  const benefits = measured.map(({ benefit }) => benefit);
  const deciles = Array.from({ length: DECILES }, (_, at) => {
    const ofDecile = measured.filter(({ decile }) => decile === at + 1).map(({ benefit }) => benefit);
    return { decile: at + 1, sessions: ofDecile.length, mean: meanOf(ofDecile) };
  });
  const uncertainties = measured.map(({ uncertainty }) => uncertainty);
  return {
    sessions: measured.length,
    deciles,
    mean: meanOf(benefits),
    spearman: spearman(Float64Array.from(uncertainties), Float64Array.from(benefits)),
  };
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What was not measured has no point. */
function metricsOf({ random, benefit, calls }: Findings): readonly MetricPoint[] {
  const values: Readonly<Record<string, number | null | undefined>> = {
    calls,
    randomIntentSessions: random.sessions,
    randomIntentAcceptance: random.acceptance,
    'chance@1': random.chance,
    benefitSessions: benefit.sessions,
    benefitMean: benefit.mean,
    ...Object.fromEntries(benefit.deciles.map(({ decile, mean }) => [`benefitDecile${decile}`, mean])),
    benefitSpearman: benefit.spearman?.value,
    benefitSpearmanLow: benefit.spearman?.low,
    benefitSpearmanHigh: benefit.spearman?.high,
  };
  return Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'number' ? [{ name, split: 'train', step: 0, value }] : [],
  );
}
