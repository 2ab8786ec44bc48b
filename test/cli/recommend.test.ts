import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeView, itemsOf } from '#science/sessions/session-view.ts';
import { decodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';
import { shellOfThisFile, toyManifest } from '../support/shell.ts';

const shell = shellOfThisFile();
let home: string;

const TINY = 'dimension: 8, layers: 1, heads: 2, dropout: 0.1';
const SETTINGS = `settings: {backbone: {${TINY}}, warmUp: {epochs: 2}, training: {epochs: 3}}`;
const METHODS = ['popularity', 'item-knn', 'vs-knn', 'backbone'] as const;
const ARMS = `arms: [${METHODS.map((method) => `{name: ${method}, method: ${method}}`).join(', ')}]`;
/** With and without the mask, and a model that sees less than there is. */
const PROTOCOLS = {
  histories: 'protocol: {sessions: history, split: leave-one-out}',
  prefixes: 'protocol: {sessions: same-day, split: temporal, evaluate: all-prefixes, maxLength: 3, minItemCount: 12}',
} as const;

interface TrialItem {
  readonly id: string;
  readonly experiment: string;
  readonly arm: string;
}
interface ArtifactItem {
  readonly name: string;
  readonly hash: string;
  readonly owner: string;
}
interface Answer {
  readonly items: readonly { id: string; title: string | null; score: number; rank: number }[];
  readonly intents: readonly unknown[];
  readonly milliseconds: number;
}

async function listed<Item>(noun: string): Promise<readonly Item[]> {
  return ((await shell.json([noun, 'list', '--limit', '1000'], { home })) as { items: readonly Item[] }).items;
}

async function trialOf(experiment: string, method: string): Promise<string> {
  const found = (await listed<TrialItem>('trials')).find(
    (trial) => trial.experiment === experiment && trial.arm === method,
  );
  return found!.id;
}

/** The artifact of that name that the trial's stages made, or that its data set has. */
async function artifactOf(trial: string, name: string): Promise<{ readonly bytes: Uint8Array; readonly path: string }> {
  const { stages, dataset } = (await shell.json(['trials', 'show', trial], { home })) as {
    readonly stages: readonly { readonly key: string }[];
    readonly dataset: string;
  };
  const owners = new Set([...stages.map(({ key }) => key), dataset]);
  const artifacts = await listed<ArtifactItem>('artifacts');
  const { hash } = artifacts.filter((artifact) => artifact.name === name && owners.has(artifact.owner)).at(-1)!;
  const path = join(home, 'artifacts', 'sha256', hash.slice(0, 2), hash);
  return { bytes: await readFile(path), path };
}

async function numbersIn(trial: string, file: string, name: string): Promise<readonly number[]> {
  const decoded = decodeSafetensors((await artifactOf(trial, file)).bytes);
  return Array.from(numbersOf(decoded, name, name === 'rank' ? 'F32' : 'I32'));
}

/** The data set's ids of the model's items: at position i that of item i + 1. */
async function idsOf(trial: string): Promise<readonly string[]> {
  const lines = Buffer.from((await artifactOf(trial, 'items.jsonl')).bytes)
    .toString()
    .trimEnd()
    .split('\n');
  const ids = lines.map((line) => (JSON.parse(line) as { readonly id: string }).id);
  return (await numbersIn(trial, 'catalogue.safetensors', 'item')).map((index) => ids[index]!);
}

const recommend = async (trial: string, items: readonly string[], more: readonly string[] = []): Promise<Answer> =>
  (await shell.json(['recommend', '--trial', trial, '--items', items.join(), ...more], { home })) as Answer;

beforeAll(async () => {
  home = await shell.homeWithToy(['--users', '60', '--items', '80']);
  for (const [name, protocol] of Object.entries(PROTOCOLS)) {
    const manifest = await shell.file(`${name}.yaml`, toyManifest([`name: ${name}`, protocol, SETTINGS, ARMS]));
    const { code, err } = await shell.run(['run', manifest], { home });
    if (code !== 0) throw new Error(err);
  }
});

describe.each(Object.keys(PROTOCOLS))('a trial under the protocol of %s', (experiment) => {
  it.each(METHODS)('of %s gives every target the rank that the evaluation kept', async (method) => {
    const trial = await trialOf(experiment, method);
    const ids = await idsOf(trial);
    const view = decodeView((await artifactOf(trial, 'test.safetensors')).bytes);
    const kept = {
      session: await numbersIn(trial, 'ranks-test.safetensors', 'session'),
      position: await numbersIn(trial, 'ranks-test.safetensors', 'position'),
      target: await numbersIn(trial, 'ranks-test.safetensors', 'target'),
      rank: await numbersIn(trial, 'ranks-test.safetensors', 'rank'),
    };
    const limit = ['--limit', String(ids.length)];
    let compared = 0;
    for (const [row, target] of kept.target.entries()) {
      const items = itemsOf(view, view.session.indexOf(kept.session[row]!)).subarray(0, kept.position[row]);
      // What was seen is left out of the answer where it is masked; the evaluation never masks the target.
      if (items.includes(target)) continue;
      const answer = await recommend(
        trial,
        Array.from(items, (item) => ids[item - 1]!),
        limit,
      );
      expect(answer.items.find(({ id }) => id === ids[target - 1])?.rank).toBe(kept.rank[row]);
      expect(answer.items.map(({ score }) => score)).toEqual(
        answer.items.map(({ score }) => score).sort((left, right) => right - left),
      );
      compared += 1;
      if (compared === 12) break;
    }
    expect(compared).toBe(12);
  });
});

describe('recommend', () => {
  it('answers with id, title, score and rank, ten items unless told otherwise, and no intent', async () => {
    const trial = await trialOf('histories', 'backbone');
    const [first, second] = await idsOf(trial);
    const answer = await recommend(trial, [first!, second!]);
    expect(Object.keys(answer)).toEqual(['items', 'intents', 'milliseconds']);
    expect(answer.items).toHaveLength(10);
    expect(answer.items[0]).toEqual({
      id: expect.stringMatching(/^item-\d+$/) as string,
      title: expect.stringMatching(/\S/) as string,
      score: expect.any(Number) as number,
      rank: 1,
    });
    expect(answer.intents).toEqual([]);
    expect(answer.milliseconds).toBeGreaterThan(0);
    expect((await recommend(trial, [first!], ['--limit', '3'])).items).toHaveLength(3);
  });

  it('leaves out what was seen where the protocol does, and only there', async () => {
    const masked = await trialOf('histories', 'popularity');
    const [best] = (await recommend(masked, [(await idsOf(masked)).at(-1)!])).items;
    expect((await recommend(masked, [best!.id])).items.map(({ id }) => id)).not.toContain(best!.id);
    const open = await trialOf('prefixes', 'popularity');
    const [openBest] = (await recommend(open, [(await idsOf(open)).at(-1)!])).items;
    expect((await recommend(open, [openBest!.id])).items[0]).toEqual(openBest);
  });

  it('shows the model the latest items, as many as its protocol lets it', async () => {
    const trial = await trialOf('prefixes', 'backbone');
    const ids = await idsOf(trial);
    const { items } = await recommend(trial, ids.slice(0, 5));
    expect((await recommend(trial, ids.slice(2, 5))).items).toEqual(items);
    expect((await recommend(trial, ids.slice(3, 5))).items).not.toEqual(items);
  });

  it('shows the session above a table', async () => {
    const trial = await trialOf('histories', 'item-knn');
    const [first] = await idsOf(trial);
    const { code, out } = await shell.run(['recommend', '--trial', trial.slice(0, 8), '--items', first!], { home });
    expect(code).toBe(0);
    expect(out).toContain(`trial ${trial}: item-knn on toy\n\nsession, oldest first\n  ${first!}  `);
    expect(out).toMatch(/\nrank +score +item +title\n/);
    expect(out.indexOf(first!)).toBeLessThan(out.indexOf('rank'));
  });

  it('finds ids with commas and quotes in them', async () => {
    const file = await shell.file(
      'interactions.csv',
      [
        'user,item',
        ...Array.from({ length: 40 }, (_, row) => `u${row % 8},${['"a,b"', '"5"" disc"', 'c', 'd', 'e'][row % 5]!}`),
      ].join('\n'),
    );
    const other = await shell.folder();
    const imported = await shell.run(
      ['datasets', 'import', 'toy', '--interactions', file, '--columns', 'user=user,item=item'],
      { home: other },
    );
    expect([imported.code, imported.err]).toEqual([0, imported.err]);
    const manifest = await shell.file('m.yaml', toyManifest(['arms: [{name: popularity, method: popularity}]']));
    expect((await shell.run(['run', manifest], { home: other })).err).toContain('1 of 1 trials succeeded');
    const [{ id }] = ((await shell.json(['trials', 'list'], { home: other })) as { items: [TrialItem] }).items;
    const answer = await shell.json(['recommend', '--trial', id, '--items', '"a,b",5" disc, c'], { home: other });
    expect((answer as Answer).items.map((item) => item.id).sort()).toEqual(['d', 'e']);
  });
});

describe('recommend refuses', () => {
  const refusal = async (trial: string, items: string) =>
    shell.refusal(['recommend', '--trial', trial, '--items', items], { home });

  it('to be asked without a trial or items', async () => {
    for (const [words, missing] of [
      ['recommend --items a', '--trial <id>'],
      ['recommend --trial 12', '--items <ids>'],
    ] as const) {
      const { code, err } = await shell.run(words.split(' '), { home });
      expect([code, err]).toEqual([2, expect.stringContaining(`Required option '${missing}' not specified.`)]);
    }
  });

  it.each(['', ' , ,'])('an empty session %j', async (items) => {
    const trial = await trialOf('histories', 'popularity');
    expect(await refusal(trial, items)).toMatchObject({
      exit: 2,
      code: 'EMPTY_SESSION',
      message: 'The session has no item. Give at least one, for instance `--items a,b,c`.',
    });
  });

  it('a quote that is not closed', async () => {
    const { code, message } = await refusal(await trialOf('histories', 'popularity'), '"item-1');
    expect([code, message]).toEqual(['WRONG_USAGE', expect.stringContaining('A quote in it is not closed.')]);
  });

  it('items that are not in the data, all at once, each with what was probably meant', async () => {
    const trial = await trialOf('histories', 'backbone');
    const [known] = await idsOf(trial);
    const { exit, code, message, places } = await refusal(trial, `itm-1,${known!},xyz`);
    expect([exit, code]).toEqual([2, 'UNKNOWN_ITEM']);
    expect(message).toBe('Data set toy has no item "itm-1". Did you mean "item-1"? Data set toy has no item "xyz".');
    expect(places).toMatchObject([
      { path: '--items', problem: 'Data set toy has no item "itm-1"', suggestion: 'item-1' },
      { path: '--items', problem: 'Data set toy has no item "xyz"', suggestion: null },
    ]);
  });

  it('an item that the protocol dropped', async () => {
    const trial = await trialOf('prefixes', 'item-knn');
    const kept = new Set(await idsOf(trial));
    const dropped = Array.from({ length: 80 }, (_, item) => `item-${item + 1}`).find((id) => !kept.has(id));
    expect(dropped).toBeDefined();
    const { code, message } = await refusal(trial, dropped!);
    expect([code, message]).toEqual([
      'UNKNOWN_ITEM',
      `Data set toy has item "${dropped!}", but the trial's protocol dropped it (too rare, or in no session that was ` +
        `kept); the model knows ${kept.size} others.`,
    ]);
  });

  it('a trial that is not there', async () => {
    expect(await refusal('beef', 'item-1')).toMatchObject({ exit: 2, code: 'TRIAL_NOT_FOUND' });
  });

  it('a trial of which a stage was lost, a damaged model, and says how to mend it', async () => {
    const trial = await trialOf('histories', 'vs-knn');
    const [known] = await idsOf(trial);
    const { path, bytes } = await artifactOf(trial, 'model.safetensors');
    await writeFile(path, bytes.subarray(0, 100));
    const damaged = await refusal(trial, known!);
    expect(damaged).toMatchObject({ exit: 1, code: 'DAMAGED_ARTIFACT' });
    expect(damaged.message).toContain('is damaged: its bytes changed on disk. `sprintlab artifacts verify` says how');

    await shell.run(['artifacts', 'verify', '--repair'], { home });
    const unfinished = await refusal(trial, known!);
    expect(unfinished).toMatchObject({ exit: 2, code: 'TRIAL_NOT_FINISHED' });
    expect(unfinished.message).toBe(
      `Trial ${trial} (vs-knn on toy) has no model: it is queued. \`sprintlab run\` of its manifest finishes it.`,
    );
  });

  it('a trial that failed', async () => {
    const strict = ['name: strict', 'protocol: {sessions: history, split: leave-one-out, minItemCount: 100000}'];
    expect((await shell.run(['run', await shell.file('s.yaml', toyManifest(strict))], { home })).code).toBe(4);
    const trial = await trialOf('strict', 'popularity');
    const { code, message } = await refusal(trial, 'item-1');
    expect([code, message]).toEqual([
      'TRIAL_NOT_FINISHED',
      `Trial ${trial} (popularity on toy) has no model: it is failed. \`sprintlab trials show ${trial}\` says why.`,
    ]);
  });

  it('a trial whose data set is gone, or has other contents now', async () => {
    const trial = await trialOf('histories', 'popularity');
    await shell.run(['datasets', 'delete', 'toy', '--yes'], { home });
    const gone = await refusal(trial, 'item-1');
    expect([gone.code, gone.message]).toEqual([
      'DATASET_CHANGED',
      `Data set toy, which trial ${trial} was made from, is not registered any more, so that the items of the trial have ` +
        'no ids. Import or generate it as it was under that name.',
    ]);
    const generate = ['datasets', 'generate', 'random', '--name', 'toy', '--users', '60', '--items', '80'];
    await shell.run([...generate, '--seed', '2'], { home });
    expect((await refusal(trial, 'item-1')).message).toContain('has other interactions now');
    await shell.run(['datasets', 'delete', 'toy', '--yes'], { home });
    await shell.run(generate, { home });
    expect((await recommend(trial, ['item-1'])).items).toHaveLength(10);
  });
});
