import { describe, expect, it } from 'vitest';
import type { Place } from '#kernel/domain-error.ts';
import { ManifestError } from './manifest-error.ts';
import { parseManifest, type ParseOptions } from './parse-manifest.ts';
import type { DatasetOutline } from './trials.ts';

const HEAD = 'sprintlab: 1\nname: demo\nquestion: Which?\ndataset: beauty\n';
/** Most cases are about other things than the method: popularity is built and reads little. */
const POPULARITY = `${HEAD}settings: {method: popularity}\n`;
const KNN = `${HEAD}settings: {method: item-knn}\n`;

const columns = {
  user: true,
  time: true,
  order: false,
  session: false,
  split: false,
  title: true,
  categories: true,
};

function noBase(): never {
  throw new Error('This manifest has no base.');
}

function placesOf(text: string, options: Partial<ParseOptions> = {}): readonly Place[] {
  try {
    parseManifest({ file: 'demo.yaml', text }, { readBase: noBase, ...options });
    return [];
  } catch (error) {
    if (error instanceof ManifestError) return error.places;
    throw error;
  }
}

/** `line:column path: problem`, and what was meant. */
function mistakes(text: string, options: Partial<ParseOptions> = {}): readonly string[] {
  return placesOf(text, options).map(({ line, column, path, problem, suggestion }) => {
    const hint = suggestion === null ? '' : ` (${suggestion}?)`;
    return `${line ?? 0}:${column ?? 0} ${path ?? ''}: ${problem}${hint}`;
  });
}

describe('parseManifest', () => {
  it('gives every key its default', () => {
    const { manifest, warnings } = parseManifest({ file: 'demo.yaml', text: POPULARITY }, { readBase: noBase });
    expect(manifest.settings.itemKnn).toEqual({ neighbours: 100, shrink: 0 });
    expect(manifest.settings.selection).toMatchObject({ ratio: 0.1, budget: null, strategy: 'uncertainty' });
    expect(manifest.protocol).toEqual({
      minItemCount: 5,
      minLength: 2,
      maxLength: 20,
      evaluate: 'last',
      cutoffs: [5, 10, 20],
    });
    expect(manifest).toMatchObject({ seeds: { train: 1, profile: 1 }, onFailure: 'continue', limits: {}, arms: [] });
    expect(warnings).toEqual([]);
  });

  it('tells where a value is written, and for what is not written where it would be', () => {
    const { locate } = parseManifest({ file: 'demo.yaml', text: POPULARITY }, { readBase: noBase });
    expect(locate(['settings', 'method'])).toEqual({ file: 'demo.yaml', line: 5, column: 20 });
    expect(locate(['settings', 'popularity', 'counts'])).toEqual({ file: 'demo.yaml', line: 5, column: 11 });
    expect(locate(['report', 'baseline'])).toEqual({ file: 'demo.yaml', line: 1, column: 1 });
  });

  it('names every mistake in one pass, in the order of the lines', () => {
    const text = `sprintlab: 2
name: Bad Name
dataset: beauty
protocol: {sessions: history, maxLenght: 30}
settings: {method: popularty, selection: {ratio: 1.5}}
axes: {itemKnn.neighbours: [10, ten]}
arms: [{name: a, method: item-knn}, {name: a, method: vs-knn, popularity: {counts: all}}]
hypotheses: [{id: h, better: a, than: b}]
limits: {trials: 0}
`;
    expect(mistakes(text)).toEqual([
      '1:1 question: question is missing',
      '1:12 sprintlab: 2 is not possible here',
      '2:7 name: "Bad Name" is not possible here',
      '4:22 protocol.sessions: history sessions do not go with the default split',
      '4:31 protocol.maxLenght: this key is not known (maxLength?)',
      '5:20 settings.method: "popularty" is not possible here (popularity?)',
      '5:50 settings.selection.ratio: 1.5 is not possible here',
      '6:33 axes.itemKnn.neighbours[1]: "ten" is not possible here',
      '7:44 arms[1].name: another arm is named "a"',
      '8:39 hypotheses[0].than: no arm is named "b"',
      '9:18 limits.trials: 0 is not possible here',
    ]);
  });

  it('goes on after a key that is written twice', () => {
    expect(mistakes(`${POPULARITY}limits: {trials: 1}\nlimits: {trials: 0}\nonFailure: halt\n`)).toEqual([
      '7:1 : the key is written twice',
      '8:12 onFailure: "halt" is not possible here',
    ]);
  });

  it.each([
    [
      'settings: {selection.ratio: 0.2}',
      '5:12 settings.selection.ratio: this key is not known (selection: {ratio: …}?)',
    ],
    ['settings: {popularity: {counts: al}}', '5:33 settings.popularity.counts: "al" is not possible here (all?)'],
    ['settings: {warmUp: {epochs: 1.5}}', '5:29 settings.warmUp.epochs: 1.5 is not possible here'],
    ['settings: {backbone: {dropout: 1}}', '5:32 settings.backbone.dropout: 1 is not possible here'],
    ['settings: {profiling: {llm: "http://x"}}', '5:29 settings.profiling.llm: "http://x" is not possible here'],
    ['settings: {selection: {budget: {calls: 0}}}', '5:40 settings.selection.budget.calls: 0 is not possible here'],
    [
      'settings: {selection: {budget: {calls: 1, tokens: 1}}}',
      '5:32 settings.selection.budget: {"calls":1,"tokens":1} is not possible here',
    ],
    ['protocol: {cutoffs: [5, 101]}', '5:25 protocol.cutoffs[1]: 101 is not possible here'],
    ['protocol: {cutoffs: []}', '5:21 protocol.cutoffs: the list has 0 values'],
    ['dataset2: x', '5:1 dataset2: this key is not known (dataset?)'],
    ['protocol: {cutoffs: [5, 5]}', '5:25 protocol.cutoffs[1]: 5 is listed twice'],
    ['protocol: {sessions: {gap: 30}}', '5:28 protocol.sessions.gap: 30 is not possible here'],
    ['protocol: {sessions: {gap: 30 min}}', '5:28 protocol.sessions.gap: "30 min" is not possible here'],
    ['seeds: {train: [1, 1]}', '5:20 seeds.train[1]: 1 is listed twice'],
    ['seeds: {train: 0}', '5:16 seeds.train: 0 is not possible here'],
    ['onFailure: {stopAfter: 0}', '5:24 onFailure.stopAfter: 0 is not possible here'],
    ['axes: {intents.cap: 10}', '5:21 axes.intents.cap: 10 is not possible here'],
    ['axes:', '5:6 axes: an empty value is not possible here'],
    ['hypotheses: [{id: h, better: x}]', '5:14 hypotheses[0].than: than is missing'],
  ])('says what is wrong with %s', (line, said) => {
    expect(mistakes(`${HEAD}${line}\n`)).toContain(said);
  });

  it('says what is allowed', () => {
    const [place] = placesOf(`${POPULARITY}protocol: {maxLength: 1}\n`);
    expect(place?.allowed).toBe('a whole number from 2 to 200');
  });
});

describe('the rules of protocols', () => {
  it.each([
    ['{sessions: history, split: temporal}', '6:38 protocol.split: history sessions do not go with the split temporal'],
    ['{sessions: same-day, split: given}', '6:39 protocol.split: same-day sessions do not go with the split given'],
    ['{split: leave-one-out}', '6:19 protocol.split: the default sessions do not go with the split leave-one-out'],
    [
      '{sessions: history, split: leave-one-out, evaluate: all-prefixes}',
      '6:63 protocol.evaluate: all-prefixes does not go with leave-one-out, whose earlier targets are training items',
    ],
  ])('refuses %s', (protocol, said) => {
    expect(mistakes(`${POPULARITY}protocol: ${protocol}\n`)).toEqual([said]);
  });

  it.each(['{sessions: history, split: leave-one-out}', '{sessions: {gap: 30m}}', '{sessions: given, split: given}'])(
    'takes %s',
    (protocol) => {
      expect(mistakes(`${POPULARITY}protocol: ${protocol}\n`)).toEqual([]);
    },
  );
});

describe('the rules of axes', () => {
  it.each([
    [
      'axes: {protocol.split: [given]}',
      'axes.protocol.split: the protocol is not an axis, because numbers of two protocols cannot be compared',
    ],
    [
      'axes: {seeds.train: [1, 2]}',
      'axes.seeds.train: seeds are not an axis, because every arm runs with the same seeds',
    ],
    ['axes: {dataset: [a, b]}', 'axes.dataset: data sets are not written as an axis'],
    ['axes: {itemKnn: [1]}', 'axes.itemKnn: this is a section of the settings, not a key'],
    ['axes: {shrink: [1]}', 'axes.shrink: this is not a settings key (itemKnn.shrink?)'],
    ['axes: {itemKnn.shrik: [1]}', 'axes.itemKnn.shrik: this is not a settings key (itemKnn.shrink?)'],
    ['axes: {constructor: [1]}', 'axes.constructor: this is not a settings key'],
    ['axes: {itemKnn.shrink: []}', 'axes.itemKnn.shrink: the list is empty'],
    ['axes: {itemKnn.shrink: [1, 1.0]}', 'axes.itemKnn.shrink[1]: 1 is listed twice'],
    ['axes: {itemKnn.shrink: [-1]}', 'axes.itemKnn.shrink[0]: -1 is not possible here'],
    ['axes: {method: [item-knn, popularty]}', 'axes.method[1]: "popularty" is not possible here (popularity?)'],
    [
      'link: [{itemKnn.shrink: [1, 2], itemKnn.neighbours: [1]}]',
      'link[0]: linked lists differ in length: itemKnn.shrink has 2, itemKnn.neighbours has 1',
    ],
    [
      'link: [{itemKnn.shrink: [1, 1], itemKnn.neighbours: [2, 2]}]',
      'link[0]: {"itemKnn.neighbours":2,"itemKnn.shrink":1} is listed twice',
    ],
    ['link: [{}]', 'link[0]: the mapping is empty'],
    ['exclude: [{}]', 'exclude[0]: the mapping is empty'],
    ['exclude: [{itemKnn.shrink: 1}]', 'exclude[0].itemKnn.shrink: itemKnn.shrink is not an axis'],
  ])('refuses %s', (line, said) => {
    expect(mistakes(`${KNN}${line}\n`).map((text) => text.slice(text.indexOf(' ') + 1))).toEqual([said]);
  });

  it('refuses a key that is an axis twice', () => {
    const body = 'axes: {itemKnn.shrink: [1, 2]}\nlink: [{itemKnn.shrink: [1, 2]}]\n';
    expect(mistakes(`${KNN}${body}`)).toEqual(['7:9 link[0].itemKnn.shrink: itemKnn.shrink is an axis already']);
  });

  it('refuses an exclusion of a value that no axis takes, or of values that never meet', () => {
    const axes = 'axes: {itemKnn.shrink: [1, 2]}\n';
    expect(mistakes(`${KNN}${axes}exclude: [{itemKnn.shrink: 3}]\n`)).toEqual([
      '7:28 exclude[0].itemKnn.shrink: 3 is not a value of the axis itemKnn.shrink',
    ]);
    const link = 'link: [{itemKnn.shrink: [1, 2], itemKnn.neighbours: [10, 20]}]\n';
    expect(mistakes(`${KNN}${link}exclude: [{itemKnn.shrink: 1, itemKnn.neighbours: 20}]\n`)).toEqual([
      '7:11 exclude[0]: no arm has these values together',
    ]);
  });

  it('refuses to leave no arm', () => {
    const body = 'axes: {itemKnn.shrink: [1]}\nexclude: [{itemKnn.shrink: 1}]\n';
    expect(mistakes(`${KNN}${body}`)).toEqual(['7:10 exclude: everything is excluded']);
  });

  it('counts a giant grid instead of making it', () => {
    const values = Array.from({ length: 400 }, (_, index) => index + 1).join(', ');
    // 400 x 400 = 160,000 arms
    const axes = `axes:\n  itemKnn.neighbours: [${values}]\n  itemKnn.shrink: [${values}]\n`;
    expect(mistakes(`${KNN}${axes}`)).toEqual(['6:1 axes: the axes make 160000 arms']);
  });

  it('counts giant seeds', () => {
    // 40 arms x 2,501 data sets = 100,040 trials; the method reads no seed
    const values = Array.from({ length: 40 }, (_, index) => index + 1).join(', ');
    const names = Array.from({ length: 2501 }, (_, index) => `d${index}`).join(', ');
    const text = `${KNN}axes: {itemKnn.neighbours: [${values}]}\nseeds: {train: 1000}\n`;
    expect(mistakes(text.replace('dataset: beauty', `dataset: [${names}]`))).toEqual([
      '7:8 seeds: the manifest makes 100040 trials',
    ]);
  });
});

describe('the rules of arms', () => {
  it('refuses two arms of one name and a name of the grid', () => {
    const arms = 'arms: [{name: a}, {name: a}, {name: itemKnn.shrink=1}]\n';
    expect(mistakes(`${KNN}axes: {itemKnn.shrink: [1, 2]}\n${arms}`)).toEqual([
      '7:26 arms[1].name: another arm is named "a"',
      '7:37 arms[2].name: an arm of the grid is named "itemKnn.shrink=1"',
    ]);
  });

  it('refuses a setting that the method of the arm does not read, and warns of one that no arm reads', () => {
    const text = `${HEAD}settings: {method: item-knn, vsKnn: {idf: 3}}
axes: {vsKnn.idf: [1, 2], method: [item-knn, vs-knn]}
arms: [{name: a, method: popularity, itemKnn: {shrink: 1}}]
`;
    expect(mistakes(text)).toEqual([
      '6:8 axes.vsKnn.idf: method item-knn does not read this setting',
      '7:48 arms[0].itemKnn.shrink: method popularity does not read this setting',
    ]);
    const inherited = (method: string): string =>
      `${HEAD}settings: {vsKnn: {idf: 3}}\narms: [{name: a, method: popularity}, {name: b, method: ${method}}]\n`;
    const warningsOf = (text: string) => parseManifest({ file: 'demo.yaml', text }, { readBase: noBase }).warnings;
    expect(warningsOf(inherited('vs-knn'))).toEqual([]);
    expect(warningsOf(inherited('item-knn'))).toMatchObject([
      {
        line: 5,
        column: 20,
        path: 'settings.vsKnn.idf',
        problem: 'ignored by methods popularity, item-knn, which do not read it',
      },
    ]);
  });

  it('refuses a method that is not built, where it was chosen', () => {
    const text = `${POPULARITY}axes: {method: [popularity, llm-ranker]}\narms: [{name: a, backbone: {kind: gru4rec}, method: backbone}]\n`;
    expect(mistakes(text)).toEqual([
      '6:29 axes.method[1]: method llm-ranker is not built yet',
      '7:35 arms[0].backbone.kind: "gru4rec" is not built yet',
    ]);
  });

  it('does not ask for a method that no arm has', () => {
    expect(mistakes(`${HEAD}arms: [{name: a, method: popularity}]\n`)).toEqual([]);
  });

  it('refuses heads that do not divide the dimension and a rank that cannot be missed', () => {
    const settings = 'settings: {backbone: {heads: 3}, profiling: {candidates: 5, successRank: 6}}\n';
    expect(mistakes(`${HEAD}${settings}`)).toEqual([
      '5:30 settings.backbone.heads: 3 heads do not divide the dimension 64',
      '5:74 settings.profiling.successRank: a rank of 6 cannot be missed among 5 candidates',
    ]);
  });

  it('refuses a ratio beside a budget in one place, and lets the nearer one count', () => {
    const both = 'selection: {ratio: 0.1, budget: {calls: 5}}';
    expect(mistakes(`${HEAD}settings: {${both}}\n`)).toContain(
      '5:36 settings.selection.budget: selection.budget stands instead of selection.ratio, and both are written',
    );
    const apart = `${HEAD}settings: {selection: {ratio: 0.2}}\narms: [{name: a, selection: {budget: {calls: 5}}}]\n`;
    expect(mistakes(apart)).toEqual([]);
  });
});

describe('the rules of hypotheses and the report', () => {
  const GRID = `${KNN}axes: {itemKnn.shrink: [0, 1], itemKnn.neighbours: [10, 20]}\narms: [{name: popularity, method: popularity}]\n`;

  it.each([
    ['{id: a, setting: itemKnn.shrink, better: 1, than: 0, metric: ndcg@5}'],
    ['{id: a, setting: itemKnn.shrink, better: 1, than: 0, where: {itemKnn.neighbours: [10, 20]}}'],
    ['{id: a, better: {itemKnn.shrink: 1, itemKnn.neighbours: 10}, than: popularity, metric: mrr@20}'],
    ['{id: a, better: "itemKnn.shrink=1, itemKnn.neighbours=20", than: {method: popularity}}'],
  ])('takes %s', (hypothesis) => {
    expect(mistakes(`${GRID}hypotheses: [${hypothesis}]\n`)).toEqual([]);
  });

  it.each([
    ['{id: a, setting: itemKnn.shrik, better: 1, than: 0}', 'setting: itemKnn.shrik is not an axis (itemKnn.shrink?)'],
    ['{id: a, setting: itemKnn.shrink, better: 2, than: 0}', 'better: 2 is not a value of the axis itemKnn.shrink'],
    ['{id: a, setting: itemKnn.shrink, better: 1, than: 1}', 'a value is compared with itself'],
    [
      '{id: a, setting: itemKnn.shrink, better: 1, than: 0, where: {itemKnn.neighbours: 30}}',
      'where.itemKnn.neighbours: 30 is not a value of the axis itemKnn.neighbours',
    ],
    ['{id: a, better: popularty, than: popularity}', 'better: no arm is named "popularty" (popularity?)'],
    ['{id: a, better: 5, than: popularity}', 'better: 5 is not an arm'],
    ['{id: a, better: popularity, than: {method: popularity}}', 'arm "popularity" is compared with itself'],
    ['{id: a, better: {itemKnn.shrink: 3}, than: popularity}', 'better: no arm has these settings'],
    [
      '{id: a, better: {itemKnn.shrink: 1}, than: popularity}',
      'better: 2 arms have these settings: "itemKnn.shrink=1, itemKnn.neighbours=10", "itemKnn.shrink=1, itemKnn.neighbours=20"',
    ],
    ['{id: a, better: {shrink: 1}, than: popularity}', 'better.shrink: this is not a settings key (itemKnn.shrink?)'],
    [
      '{id: a, better: popularity, than: popularity, metric: hr@7, where: {}}',
      'where: where narrows the cells of a setting, and no setting is named',
    ],
    [
      '{id: a, setting: itemKnn.shrink, better: 1, than: 0, metric: hr@7}',
      'metric: the evaluation does not make the metric "hr@7" (hr@5?)',
    ],
  ])('refuses %s', (hypothesis, said) => {
    const found = mistakes(`${GRID}hypotheses: [${hypothesis}]\n`).map((text) =>
      text.replace(/^\S+ hypotheses\[0\](\.|: )/, ''),
    );
    expect(found).toContain(said);
  });

  it('refuses values that no cell has both of', () => {
    const body = 'exclude: [{itemKnn.shrink: 0}]\nhypotheses: [{id: a, setting: itemKnn.shrink, better: 1, than: 0}]\n';
    expect(mistakes(`${GRID}${body}`)).toEqual([
      '9:14 hypotheses[0]: no cell of the grid has both values of itemKnn.shrink',
    ]);
  });

  it('refuses two hypotheses of one id, a metric and a baseline that are not there', () => {
    const one = '{id: a, setting: itemKnn.shrink, better: 1, than: 0}';
    const text = `${GRID}hypotheses: [${one}, ${one}]\nreport: {primary: mrr@10, baseline: popular}\n`;
    expect(mistakes(text).map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'hypotheses[1].id: another hypothesis is named a',
      'report.primary: the evaluation does not make the metric "mrr@10" (mrr@20?)',
      'report.baseline: no arm is named "popular" (popularity?)',
    ]);
  });
});

describe('the rules of data sets', () => {
  const beauty = (lacking: Partial<typeof columns>): ReadonlyMap<string, DatasetOutline> =>
    new Map([['beauty', { name: 'beauty', columns: { ...columns, ...lacking } }]]);

  it('names what is registered and how to register', () => {
    const [place] = placesOf(POPULARITY.replace('beauty', 'beuty'), { datasets: beauty({}) });
    expect(place).toMatchObject({ line: 4, column: 10, path: 'dataset', suggestion: 'beauty' });
    expect(place?.allowed).toContain('sprintlab datasets import');
  });

  it('shows beside the other mistakes', () => {
    expect(mistakes(`${POPULARITY.replace('beauty', 'x')}limits: {usd: -1}\n`, { datasets: new Map() })).toEqual([
      '4:10 dataset: data set "x" is not registered',
      '6:15 limits.usd: -1 is not possible here',
    ]);
  });

  it('says which column a protocol needs and what the data permit', () => {
    const datasets = beauty({ time: false });
    const [byDefault] = placesOf(POPULARITY, { datasets });
    expect(byDefault).toMatchObject({
      path: 'dataset',
      problem: 'same-day sessions need the column time, which data set beauty lacks',
      allowed: 'history with leave-one-out (sessions with split)',
    });
    expect(mistakes(`${POPULARITY}protocol: {sessions: {gap: 30m}}\n`, { datasets })).toEqual([
      '6:22 protocol.sessions: gap sessions need the column time, which data set beauty lacks',
    ]);
  });

  it('refuses text in the item embeddings where items have none, at the place where it was asked for', () => {
    const datasets = beauty({ title: false, categories: false });
    const text = `${HEAD}settings: {method: backbone}\n`;
    const problem = 'the items of data set beauty have neither titles nor categories';
    expect(
      mistakes(`${text}axes: {backbone.itemText: [none, hashed], training.batch: [32, 64]}\n`, { datasets }),
    ).toEqual([`6:34 axes.backbone.itemText[1]: ${problem}`]);
    const arms = 'arms: [{name: text, backbone: {itemText: hashed}}, {name: top, method: popularity}]\n';
    expect(mistakes(`${text}${arms}`, { datasets })).toEqual([`6:42 arms[0].backbone.itemText: ${problem}`]);
    expect(mistakes(`${text}${arms}`, { datasets: beauty({ title: false }) })).toEqual([]);
    expect(mistakes(`${HEAD}settings: {method: popularity, backbone: {itemText: hashed}}\n`, { datasets })).toEqual([]);
  });

  it('refuses a written part that does not go with what the data decide', () => {
    const datasets = beauty({ split: true });
    expect(mistakes(`${POPULARITY}protocol: {sessions: same-day}\n`, { datasets })).toEqual([
      '6:11 protocol: data set beauty gives same-day sessions with the split given, which do not go together',
    ]);
  });
});
