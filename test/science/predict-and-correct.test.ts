import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionVerdict } from '#science/intents/attempt.ts';
import { profileSession } from '#science/intents/predict-and-correct.ts';
import { profiledSessions } from '#science/intents/profiling-batch.ts';
import { LanguageModel, type LanguageModelRequest } from '#science/llm/language-model.port.ts';
import { stream } from '#science/random/stream.ts';
import { aLoop, aPool, type LoopUnderTest } from '../support/profiling-loop.ts';
import { randomLanguageModel, ScriptedLanguageModel } from '../support/scripted-language-model.ts';
import { aView } from '../support/session-views.ts';

const POOL = aPool([
  'camping trip: nights outdoors',
  'home office: work at home',
  'baby shower: gifts',
  'tea time: a cup',
]);
/** 40 items with titles of one word that no other text has. */
const TITLES = Array.from({ length: 40 }, (_, at) => `Item${at + 1}x`);
/** The session in question has items 1, 2, 3 and holds out 4; the other only makes the catalogue known. */
const TRAIN = aView([[1, 2, 3, 4], Array.from({ length: 40 }, (_, at) => at + 1)]);

const identified = (...ids: number[]): string =>
  JSON.stringify({ intents: ids.map((id) => ({ id, evidence: [1] })), new: null });
const proposed = (name: string): string =>
  JSON.stringify({ intents: [], new: { name, description: 'for some', evidence: [2] } });

/** Answers PREDICT with the held-out item (`Item4x`) first, or last. */
function ranking({ messages }: LanguageModelRequest, isRight: boolean): string {
  const [, letter] = /^([A-Z])\. Item4x$/m.exec(messages[1]!.content)!;
  const others = 'ABCDEFGHIJKLMNOPQRST'.split('').filter((other) => other !== letter);
  return JSON.stringify({ ranking: isRight ? [letter, ...others] : [...others, letter] });
}

/** A model that names what it is told to, one answer after the other, and predicts right or wrong, one after the other. */
function scripted(intents: readonly string[], predictions: readonly boolean[]): ScriptedLanguageModel {
  let [named, predicted] = [0, 0];
  return new ScriptedLanguageModel((request) =>
    request.messages[1]!.content.startsWith('Task: PREDICT')
      ? ranking(request, predictions[predicted++]!)
      : intents[named++]!,
  );
}

async function profiled(
  model: LanguageModel,
  change: Partial<Parameters<typeof aLoop>[0]> = {},
): Promise<LoopUnderTest & { verdict: SessionVerdict }> {
  const under = await aLoop({ train: TRAIN, items: TITLES, pool: POOL, model, ...change });
  return { ...under, verdict: await profileSession(under.loop, under.sessions[0]!) };
}

const outcomesOf = ({ attempts }: SessionVerdict): string[] => attempts.map(({ outcome }) => outcome);

describe('the predict-and-correct loop', () => {
  it('accepts the intents that lead to the held-out item', async () => {
    const { verdict, calls } = await profiled(scripted([identified(2)], [true]));
    expect(verdict.acceptedAt).toBe(1);
    expect(verdict.attempts[0]).toMatchObject({ attempt: 1, rank: 1, outcome: 'right', feedback: null });
    expect(verdict.attempts[0]!.candidates).toHaveLength(20);
    expect(verdict.attempts[0]!.ranking[0]).toBe(verdict.attempts[0]!.target);
    expect(verdict.spent).toEqual({ calls: 2, promptTokens: 20, completionTokens: 2 });
    expect([...calls.outcomes.values()]).toEqual(['used', 'right']);
  });

  it('corrects what does not, with fresh candidates, in one conversation', async () => {
    const model = scripted([identified(1), identified(3), identified(2)], [false, false, true]);
    const { verdict, calls } = await profiled(model);
    expect(verdict.acceptedAt).toBe(3);
    expect(outcomesOf(verdict)).toEqual(['wrong', 'wrong', 'right']);
    expect(verdict.attempts[0]!.candidates).not.toEqual(verdict.attempts[1]!.candidates);
    const last = model.asked.filter(({ messages }) => messages.length > 2).at(-1)!;
    expect(last.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user', 'assistant', 'user']);
    expect(last.messages[2]!.content).toBe(identified(1));
    expect(last.messages[3]!.content).toContain('[camping trip]');
    expect(last.messages[3]!.content).toContain('Look again at items 2, 3 and revise');
    expect(calls.calls.map(({ subject }) => `${subject.step} ${subject.attempt}`)).toEqual([
      'IDENTIFY 1',
      'PREDICT 1',
      'CORRECT 2',
      'PREDICT 2',
      'CORRECT 3',
      'PREDICT 3',
    ]);
    expect(new Set(calls.calls.map(({ subject }) => JSON.stringify(subject))).size).toBe(6);
  });

  it('leaves a session unlabelled whose attempts all fail, and says nothing after the last', async () => {
    const { verdict } = await profiled(
      scripted(
        [1, 2, 3].map((id) => identified(id)),
        [false, false, false],
      ),
    );
    expect(verdict.acceptedAt).toBeNull();
    expect(verdict.attempts.map(({ feedback }) => feedback === null)).toEqual([false, false, true]);
  });

  it.each([
    [1, 1, 1],
    [3, 3, 1],
    [3, 4, null],
    [5, 5, 1],
  ])('accepts with success rank %i a held-out item of rank %i: %s', async (successRank, rank, acceptedAt) => {
    const model = new ScriptedLanguageModel((request) => {
      if (!request.messages[1]!.content.startsWith('Task: PREDICT')) return identified(1);
      const { ranking: all } = JSON.parse(ranking(request, false)) as { ranking: string[] };
      const letter = all.pop()!;
      return JSON.stringify({ ranking: [...all.slice(0, rank - 1), letter] });
    });
    const { verdict } = await profiled(model, { settings: { successRank, attempts: 1 } });
    expect(verdict.attempts[0]!.rank).toBe(rank);
    expect(verdict.acceptedAt).toBe(acceptedAt);
  });

  it('takes an item that is not ranked as not predicted', async () => {
    const model = new ScriptedLanguageModel((request) => {
      if (!request.messages[1]!.content.startsWith('Task: PREDICT')) return identified(1);
      return JSON.stringify({
        ranking: (JSON.parse(ranking(request, false)) as { ranking: string[] }).ranking.slice(0, 5),
      });
    });
    const { verdict } = await profiled(model, { settings: { attempts: 1 } });
    expect(verdict.attempts[0]).toMatchObject({ rank: null, outcome: 'wrong' });
  });

  it('keeps what a new intent is called until the batch ends', async () => {
    const { verdict } = await profiled(scripted([proposed('Garden party')], [true]));
    expect(verdict.attempts[0]!.intents).toEqual([
      { id: null, name: 'garden party', description: 'for some', evidence: [2] },
    ]);
  });

  it('asks for each of a session of one repeated item as for any other', async () => {
    const train = aView([[7, 7, 7], Array.from({ length: 40 }, (_, at) => at + 1)]);
    const model = randomLanguageModel(1);
    const { verdict } = await profiled(model, { train });
    expect(verdict.attempts.length).toBeGreaterThan(0);
    expect(verdict.attempts[0]!.candidates.filter((item) => item === 7)).toEqual([7]);
    expect(model.asked[0]!.messages[1]!.content).toContain('1. Item7x\n2. Item7x\nIntent list');
  });

  it('asks nobody about a session without any text, and leaves it unlabelled', async () => {
    const model = new ScriptedLanguageModel([]);
    const { verdict } = await profiled(model, { items: [] });
    expect(verdict).toMatchObject({ attempts: [], acceptedAt: null, spent: { calls: 0 } });
    expect(model.asked).toEqual([]);
  });

  it('asks about a session of which categories alone are known', async () => {
    const items = TITLES.map((title) => ({ title: null, categories: [title] }));
    const model = randomLanguageModel(2);
    await profiled(model, { items });
    expect(model.asked[0]!.messages[1]!.content).toContain('1. (no title) [Item1x]');
    expect(model.asked[1]!.messages[1]!.content).toMatch(/^A\. \(no title\) \[Item\d+x\]$/m);
  });

  it('shows the latest 20 items of a long session, by numbers of their own', async () => {
    const train = aView([
      [...Array.from({ length: 25 }, (_, at) => at + 1), 40],
      Array.from({ length: 40 }, (_, at) => at + 1),
    ]);
    const model = randomLanguageModel(3);
    await profiled(model, { train });
    expect(model.asked[0]!.messages[1]!.content).toContain('Session, oldest first:\n1. Item6x\n');
    expect(model.asked[0]!.messages[1]!.content).toContain('\n20. Item25x\nIntent list');
  });
});

describe('garbage', () => {
  // Each is an answer to IDENTIFY; what comes after it is right.
  it.each([
    ['nothing', '', 'not-json', 2],
    ['prose', 'The visitor is looking for a tent.', 'not-json', 2],
    ['a truncated answer', identified(1).slice(0, 20), 'not-json', 2],
    ['a nested answer', `{"intents":${'['.repeat(5000)}${']'.repeat(5000)},"new":null}`, 'not-json', 2],
    ['a huge answer', `${identified(1)}${' '.repeat(60_000)}`, 'not-json', 2],
    ['an answer to another question', '{"ranking":["A"]}', 'not-json', 2],
    ['an unknown id', identified(99), 'unknown-intent', 1],
    ['nine intents', identified(1, 2, 3, 4, 1, 2, 3, 4, 1), 'intent-count', 1],
    ['no intent', identified(), 'intent-count', 1],
    ['evidence outside', '{"intents":[{"id":1,"evidence":[4]}],"new":null}', 'evidence-outside', 1],
  ])('%s fails the attempt with a message on the format, and the next goes on', async (_, garbage, outcome, asked) => {
    const { verdict, calls } = await profiled(
      scripted([...Array.from({ length: asked }, () => garbage), identified(2)], [true]),
    );
    expect(outcomesOf(verdict)).toEqual([outcome, 'right']);
    expect(verdict.acceptedAt).toBe(2);
    expect(verdict.spent.calls).toBe(asked + 2);
    expect(verdict.attempts[0]).toMatchObject({ intents: [], candidates: [], rank: null });
    expect(verdict.attempts[0]!.feedback).toMatch(/^Your answer could not be used: /);
    expect([...calls.outcomes.values()].slice(0, asked)).toEqual(Array.from({ length: asked }, () => outcome));
  });

  it('in a prediction fails the attempt too, without a word of what was predicted', async () => {
    let predicted = 0;
    const model = new ScriptedLanguageModel((request) => {
      if (!request.messages[1]!.content.startsWith('Task: PREDICT')) return identified(1);
      return predicted++ === 0 ? '{"ranking":["ZZ"]}' : ranking(request, true);
    });
    const { verdict, calls } = await profiled(model);
    expect(outcomesOf(verdict)).toEqual(['unknown-letter', 'right']);
    expect(verdict.attempts[0]!.feedback).toContain('the choice of the visitor could not be predicted');
    expect([...calls.outcomes.values()]).toEqual(['used', 'unknown-letter', 'used', 'right']);
  });

  it('is asked again once, which costs a call and no attempt', async () => {
    const { verdict, calls } = await profiled(scripted(['well', identified(2)], [true]));
    expect(verdict.acceptedAt).toBe(1);
    expect(verdict.spent.calls).toBe(3);
    expect(calls.calls.map(({ subject }) => subject.variant)).toEqual(['asked', 'asked again', 'asked']);
  });
});

describe('the arms of the loop', () => {
  it('validate: false accepts the first answer that can be read, and predicts nothing', async () => {
    const { verdict, calls } = await profiled(new ScriptedLanguageModel([identified(99), identified(1, 2)]), {
      settings: { validate: false },
    });
    expect(outcomesOf(verdict)).toEqual(['unknown-intent', 'used']);
    expect(verdict.acceptedAt).toBe(2);
    expect(calls.calls.map(({ subject }) => subject.step)).toEqual(['IDENTIFY', 'CORRECT']);
  });

  it('requireGain accepts only a rank that is better than without intents, among the same candidates', async () => {
    const settings = { requireGain: true };
    // With, without, with, without.
    const { verdict, calls } = await profiled(scripted([identified(1), identified(2)], [true, true, true, false]), {
      settings,
    });
    expect(outcomesOf(verdict)).toEqual(['no-gain', 'right']);
    expect(verdict.attempts[0]!.feedback).toContain('could not be predicted');
    expect(verdict.attempts[0]!.feedback).not.toContain('Item4x');
    const predictions = calls.calls.filter(({ subject }) => subject.step === 'PREDICT').slice(0, 2);
    expect(predictions.map(({ subject }) => subject.variant)).toEqual(['asked', 'without intents']);
    const [helped, alone] = predictions.map(({ request }) => request.messages[1]!.content.split('Which candidate')[1]);
    expect(alone).toBe(helped);
    expect(predictions[1]!.request.messages[1]!.content).not.toContain('camping trip');
  });

  it('requireGain does not ask without intents where the prediction is wrong anyway', async () => {
    const { verdict } = await profiled(scripted([identified(1)], [false]), {
      settings: { requireGain: true, attempts: 1 },
    });
    expect(verdict.spent.calls).toBe(2);
  });

  it('revealTarget shows the held-out item, and takes a new name with a word of its title for a leak', async () => {
    const model = scripted([proposed('item4x things'), proposed('garden party')], [true]);
    const { verdict } = await profiled(model, { settings: { revealTarget: true } });
    expect(model.asked[0]!.messages[1]!.content).toContain('The visitor then chose: Item4x');
    expect(outcomesOf(verdict)).toEqual(['leak', 'right']);
    expect(verdict.overlapsTarget).toBe(true);
  });

  it('without it the overlap is a right inference, which is noted', async () => {
    const { verdict } = await profiled(scripted([proposed('item4x things')], [true]));
    expect(outcomesOf(verdict)).toEqual(['right']);
    expect(verdict.overlapsTarget).toBe(true);
  });

  it('free text shows no pool, and takes several names', async () => {
    const names = ['tea time', 'garden party'].map((name) => ({ name, description: 'x', evidence: [1] }));
    const model = scripted([JSON.stringify({ intents: names })], [true]);
    const { verdict } = await profiled(model, { settings: { source: 'free-text' } });
    expect(model.asked[0]!.messages[1]!.content).not.toContain('camping trip');
    expect(verdict.attempts[0]!.intents.map(({ id, name }) => [id, name])).toEqual([
      [null, 'tea time'],
      [null, 'garden party'],
    ]);
  });
});

describe('what the prompts let through', () => {
  /** Many short sessions over 30 items, and a model that often answers badly. */
  const someSessions = fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 3, maxLength: 6 }), {
    minLength: 1,
    maxLength: 6,
  });

  it('PREDICT never has feedback or the pool, CORRECT never the title of the held-out item unless it is in the context', async () => {
    await fc.assert(
      fc.asyncProperty(someSessions, fc.nat(1000), async (sessions, seed) => {
        const train = aView([...sessions, Array.from({ length: 40 }, (_, at) => at + 1)]);
        const {
          loop,
          calls,
          sessions: eligible,
        } = await aLoop({
          train,
          items: TITLES,
          pool: POOL,
          model: randomLanguageModel(seed),
          settings: { requireGain: seed % 2 === 0, candidates: 5 },
        });
        for (const session of eligible) await profileSession(loop, session);
        const heldOut = new Map(eligible.map((session) => [session.number, session]));
        for (const { subject, request } of calls.calls) {
          const session = heldOut.get(subject.session!)!;
          const text = request.messages.map(({ content }) => content).join('\n');
          if (subject.step === 'PREDICT') {
            expect(request.messages).toHaveLength(2);
            expect(text).not.toMatch(/Intent list|Task: CORRECT|not what the visitor chose/);
            expect(POOL.intents.filter(({ name }) => text.includes(name)).length).toBeLessThanOrEqual(1);
          } else if (!session.context.includes(session.heldOut)) {
            expect(text).not.toMatch(new RegExp(`\\bItem${session.heldOut}x\\b`));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('feedback does not name a predicted item whose title contains that of the held-out item', async () => {
    const titles = TITLES.map((title, at) => (at > 3 ? `ITEM4X, large, no. ${at}` : title));
    const { verdict } = await profiled(scripted([identified(1), identified(2)], [false, true]), { items: titles });
    expect(outcomesOf(verdict)).toEqual(['wrong', 'right']);
    expect(verdict.attempts[0]!.feedback).toContain('the choice of the visitor could not be predicted');
  });
});

/** A shop of 100 items of 200 sessions of 6 items. */
function aShop(sessions: number): Pick<Parameters<typeof aLoop>[0], 'train' | 'items' | 'pool'> {
  const rng = stream(5, 'data', 'shop');
  const train = aView(
    Array.from({ length: sessions }, () => Array.from({ length: 6 }, () => 1 + rng.integer(100))),
    { itemCount: 100 },
  );
  return { train, items: Array.from({ length: 100 }, (_, at) => `Title ${at}`), pool: POOL };
}

describe('random answers', () => {
  it('pass as often as chance says', async () => {
    const { loop, sessions } = await aLoop({
      ...aShop(1500),
      model: randomLanguageModel(9),
      negatives: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    });
    let accepted = 0;
    for await (const verdict of profiledSessions(loop, sessions)) accepted += Number(verdict.acceptedAt !== null);
    // 1 − .95³ = .1426 of 1500: 213.9, deviation √(1500 · .1426 · .8574) = 13.5
    expect(Math.abs(accepted - 213.9)).toBeLessThan(3 * 13.5);
  });
});

/** Answers after a while, which differs from call to call. */
class SlowLanguageModel extends LanguageModel {
  readonly identity = { model: 'slow', parameters: {} };

  ask({ messages }: LanguageModelRequest): ReturnType<LanguageModel['ask']> {
    const text = messages.map(({ content }) => content).join('\n');
    const rng = stream(text.length, 'data', text);
    const letters = [...text.matchAll(/^([A-Z])\. /gm)].map(([, letter]) => letter!);
    rng.shuffle(letters);
    const answer =
      letters.length > 0 ? { ranking: letters } : { intents: [{ id: 1 + rng.integer(4), evidence: [1] }], new: null };
    const given = {
      text: JSON.stringify(answer),
      finish: 'stop',
      promptTokens: text.length,
      completionTokens: 5,
    } as const;
    return new Promise((resolve) => setTimeout(() => resolve(given), rng.integer(4)));
  }
}

it('verdicts do not depend on how many sessions are asked about at once, or on which come before', async () => {
  const verdicts = async (atOnce: number, from = 0): Promise<readonly SessionVerdict[]> => {
    const { loop, sessions } = await aLoop({ ...aShop(40), model: new SlowLanguageModel() });
    const all: SessionVerdict[] = [];
    for await (const verdict of profiledSessions(loop, sessions.slice(from), atOnce)) all.push(verdict);
    return all;
  };
  const one = await verdicts(1);
  expect(await verdicts(16)).toEqual(one);
  expect(await verdicts(5, 25)).toEqual(one.slice(25));
});
