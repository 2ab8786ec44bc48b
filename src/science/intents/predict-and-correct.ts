import type { Heard } from '#science/llm/inquiry.ts';
import { type Misreading, misread } from '#science/llm/reading.ts';
import type { IdentifiedIntent } from './answers/identified-intents.ts';
import type { Attempt, SessionVerdict } from './attempt.ts';
import type { HardSession } from './hard-session.ts';
import { correctPrompt, formatFeedback, predictionFeedback } from './prompts/correct-prompt.ts';
import { letterOf } from './prompts/letters.ts';
import { candidateLine } from './prompts/shown-item.ts';
import { type Loop, type Prediction, SessionQuestions } from './session-questions.ts';
import { overlapsTitle } from './title-overlap.ts';

/**
 * The predict-and-correct loop about one session (science C.6): intents are named, must lead to the held-out item, and are
 * corrected when they do not. A session without any text is not asked about, and stays unlabelled.
 */
export async function profileSession(loop: Loop, session: HardSession): Promise<SessionVerdict> {
  const questions = new SessionQuestions(loop, session);
  const attempts = questions.canBeAsked ? await attemptsOf(questions) : [];
  const last = attempts.at(-1);
  return {
    session,
    attempts,
    acceptedAt: last !== undefined && isAccepted(last) ? last.attempt : null,
    spent: questions.spent,
    overlapsTarget: attempts.some(({ intents }) => intents.some((intent) => overlapsHeldOut(questions, intent))),
  };
}

async function attemptsOf(questions: SessionQuestions): Promise<readonly Attempt[]> {
  const most = questions.loop.settings.attempts;
  const shown = await questions.shownIntents();
  const attempts: Attempt[] = [];
  let conversation = questions.opening(shown);
  for (let attempt = 1; attempt <= most; attempt++) {
    const heard = await questions.identify(conversation, shown, attempt);
    const passed = await attemptOf(questions, heard, attempt);
    const isLast = passed.feedback === null || attempt === most;
    attempts.push(isLast ? { ...passed, feedback: null } : passed);
    if (isLast) break;
    conversation = [...conversation, ...correctPrompt(heard.text, passed.feedback)];
  }
  return attempts;
}

function isAccepted({ outcome }: Attempt): boolean {
  return outcome === 'right' || outcome === 'used';
}

/** Judges the intents that were named; `feedback` is what there is to say unless they are accepted. */
async function attemptOf(
  questions: SessionQuestions,
  { reading, subject }: Heard<readonly IdentifiedIntent[]>,
  attempt: number,
): Promise<Attempt> {
  if (!reading.isReadable) return unusable(attempt, reading);
  const intents = reading.value;
  const { revealTarget, validate } = questions.loop.settings;
  if (revealTarget && intents.some((intent) => overlapsHeldOut(questions, intent))) {
    questions.judge(subject, 'leak');
    const leak = misread('leak', 'a new intent repeats words of the item that the visitor chose');
    return { ...unusable(attempt, leak), intents };
  }
  questions.judge(subject, 'used');
  return validate ? validated(questions, intents, attempt) : { ...unpredicted(attempt), intents, outcome: 'used' };
}

/** An intent that the model named itself, with a word of a title that it should not know. */
function overlapsHeldOut({ heldOut }: SessionQuestions, { id, name }: IdentifiedIntent): boolean {
  return id === null && overlapsTitle(name, heldOut.title);
}

async function validated(
  questions: SessionQuestions,
  intents: readonly IdentifiedIntent[],
  attempt: number,
): Promise<Attempt> {
  const candidates = questions.candidates(attempt);
  const prediction = await questions.predict({ attempt, intents, candidates, variant: 'asked' });
  const { reading, rank, subject } = prediction;
  const predicted = reading.isReadable ? reading.value : [];
  const outcome = await outcomeOf(questions, prediction, { attempt, candidates });
  if (reading.isReadable) questions.judge(subject, outcome);
  const best = outcome === 'wrong' ? candidates[predicted[0]!]! : null;
  return {
    attempt,
    intents,
    candidates,
    target: letterOf(candidates.indexOf(questions.session.heldOut)),
    ranking: predicted.map(letterOf),
    rank,
    outcome,
    feedback: outcome === 'right' ? null : feedbackOn(questions, intents, best),
  };
}

async function outcomeOf(
  questions: SessionQuestions,
  prediction: Prediction,
  asked: { readonly attempt: number; readonly candidates: readonly number[] },
): Promise<Attempt['outcome']> {
  if (!prediction.reading.isReadable) return prediction.reading.outcome;
  if (!questions.isRight(prediction)) return 'wrong';
  if (!questions.loop.settings.requireGain) return 'right';
  return (await improves(questions, prediction, asked)) ? 'right' : 'no-gain';
}

/** Whether the held-out item ranks higher than without the intents, among the same candidates. Where that is not known, it does not. */
async function improves(
  questions: SessionQuestions,
  { rank }: Prediction,
  asked: { readonly attempt: number; readonly candidates: readonly number[] },
): Promise<boolean> {
  const without = await questions.predict({ ...asked, intents: null, variant: 'without intents' });
  if (!without.reading.isReadable) return false;
  questions.judge(without.subject, questions.isRight(without) ? 'right' : 'wrong');
  return rank! < (without.rank ?? Infinity);
}

/** @param best the item that was predicted instead; `null` where there is none to name. */
function feedbackOn(
  { context, heldOut, loop }: SessionQuestions,
  intents: readonly IdentifiedIntent[],
  best: number | null,
): string {
  const supported = new Set(intents.flatMap(({ evidence }) => evidence));
  const numbers = context.map((_, at) => at + 1);
  const predicted = best === null ? null : candidateLine(loop.items[best]!);
  return predictionFeedback({
    names: intents.map(({ name }) => name),
    // Another item can have the held-out item's title, or one that contains it.
    predicted: predicted?.toLowerCase().includes(candidateLine(heldOut).toLowerCase()) === true ? null : predicted,
    gaps: numbers.filter((number) => !supported.has(number)),
  });
}

function unusable(attempt: number, { outcome, problem }: Misreading): Attempt {
  return { ...unpredicted(attempt), outcome, feedback: formatFeedback(problem) };
}

function unpredicted(attempt: number): Omit<Attempt, 'outcome'> {
  return { attempt, intents: [], candidates: [], target: null, ranking: [], rank: null, feedback: null };
}
