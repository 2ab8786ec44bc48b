import { type Rng, stream } from '#science/random/stream.ts';
import type { HardSession } from './hard-session.ts';
import type { Intent } from './intent-pool.ts';
import { type Loop, type Prediction, type PredictionQuestion, SessionQuestions } from './session-questions.ts';

/** Whether random intents of the pool lead to the held-out item. `null`: not asked, or no answer that could be read. */
export interface RandomIntentsProbe {
  readonly position: number;
  readonly isRight: boolean | null;
  readonly calls: number;
}

/** What the intents of a session help its prediction. */
export interface BenefitProbe {
  readonly position: number;
  /** 1 / rank with the intents − 1 / rank without; 0 is the reciprocal of no rank. `null`: it could not be measured. */
  readonly benefit: number | null;
  readonly calls: number;
}

/** Predicts a session from random intents of the pool, among the candidates of its first attempt. */
export async function probeRandomIntents(loop: Loop, session: HardSession, seed: number): Promise<RandomIntentsProbe> {
  const questions = new SessionQuestions(loop, session);
  const { position, number } = session;
  if (!questions.canBeAsked || loop.snapshot.active.length === 0) return { position, isRight: null, calls: 0 };
  const intents = randomIntents(loop, stream(seed, 'profile', 'probe/intents').split(String(number)));
  const candidates = questions.candidates(1);
  const prediction = await judged(questions, { attempt: 1, intents, candidates, variant: 'random intents' });
  const isRight = prediction.reading.isReadable ? questions.isRight(prediction) : null;
  return { position, isRight, calls: questions.spent.calls };
}

/** Predicts a session with the intents of IDENTIFY and without any, among the same candidates (science C.6). */
export async function probeBenefit(loop: Loop, session: HardSession): Promise<BenefitProbe> {
  const questions = new SessionQuestions(loop, session);
  const benefit = questions.canBeAsked ? await benefitOf(questions) : null;
  return { position: session.position, benefit, calls: questions.spent.calls };
}

async function benefitOf(questions: SessionQuestions): Promise<number | null> {
  const shown = await questions.shownIntents();
  const { reading, subject } = await questions.identify(questions.opening(shown), shown, 1);
  if (!reading.isReadable) return null;
  questions.judge(subject, 'used');
  const asked = { attempt: 1, candidates: questions.candidates(1) };
  const helped = await judged(questions, { ...asked, intents: reading.value, variant: 'with intents' });
  const alone = await judged(questions, { ...asked, intents: null, variant: 'without intents' });
  if (!helped.reading.isReadable || !alone.reading.isReadable) return null;
  return reciprocal(helped) - reciprocal(alone);
}

async function judged(questions: SessionQuestions, question: PredictionQuestion): Promise<Prediction> {
  const prediction = await questions.predict(question);
  if (prediction.reading.isReadable)
    questions.judge(prediction.subject, questions.isRight(prediction) ? 'right' : 'wrong');
  return prediction;
}

function reciprocal({ rank }: Prediction): number {
  return rank === null ? 0 : 1 / rank;
}

/** About as many as the loop names: half of what it may, rounded up. */
function randomIntents({ snapshot, settings }: Loop, rng: Rng): readonly Intent[] {
  const intents = [...snapshot.active];
  rng.shuffle(intents);
  return intents.slice(0, Math.ceil(settings.maxIntents / 2));
}
