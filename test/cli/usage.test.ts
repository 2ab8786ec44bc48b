import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { shellOfThisFile, toyManifest } from '../support/shell.ts';

const shell = shellOfThisFile();
let home: string;
/** A home in which nothing happened yet. */
let empty: string;

beforeAll(async () => {
  home = await shell.homeWithToy();
  empty = await shell.folder();
  const { code, err } = await shell.run(['run', await shell.file('toy.yaml', toyManifest())], { home });
  if (code !== 0) throw new Error(err);
});

interface List {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly next: string | null;
}

const list = async (words: readonly string[]): Promise<List> => (await shell.json(words, { home })) as List;

describe('a command line that cannot be understood', () => {
  const MISTAKES: [what: string, words: string, message: string][] = [
    ['an unknown verb', 'frobnicate', "Unknown command 'frobnicate'. `sprintlab --help` shows what is possible."],
    ['a mistyped verb', 'datsets list', "Unknown command 'datsets'. Did you mean datasets?"],
    [
      'a mistyped verb of a noun',
      'datasets lst',
      "Unknown command 'lst'. Did you mean list? `sprintlab datasets --help`",
    ],
    ['an unknown option', 'trials list --frob', "Unknown option '--frob'. `sprintlab trials list --help`"],
    ['a mistyped option', 'trials list --limt 3', "Unknown option '--limt'. Did you mean --limit?"],
    ['a missing operand', 'validate', "Missing required argument 'manifest'. `sprintlab validate --help`"],
    ['one operand too many', 'validate a b', "Too many arguments for 'validate'. Expected 1 argument but got 2."],
    ['a missing option', 'datasets import x', "Required option '--interactions <file>' not specified."],
    ['an option without its value', 'trials list --limit', "Option '--limit <count>' argument missing."],
    ['a number that is none', 'run x --workers two', "'two' is invalid. It must be a whole number from 1."],
    ['a number out of range', 'trials list --limit 0', "'0' is invalid. It must be a whole number from 1."],
    ['a broken number', 'datasets show toy --samples 1.5', "'1.5' is invalid. It must be a whole number from 0."],
    ['a choice that is none', 'compare x --format latex', 'Allowed choices are table, json, csv, markdown.'],
  ];

  it.each(MISTAKES)('for %s is answered in one sentence', async (_, words, message) => {
    const { code, out, err } = await shell.run(words.split(' '), { home });
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(message)]);
    expect(err).toMatch(/^[^\n]+\n$/);
  });

  // `--limit --json` would take `--json` for the number.
  it.each(MISTAKES.filter(([, words]) => !words.endsWith('--limit')))(
    'for %s has the one shape with --json',
    async (_, words, message) => {
      const refusal = await shell.refusal(words.split(' '), { home });
      expect(refusal).toMatchObject({ exit: 2, code: 'WRONG_USAGE', places: [] });
      expect(refusal.message).toContain(message);
    },
  );

  it.each([[''], ['datasets'], ['datasets generate']])('for a missing verb shows what there is: %s', async (words) => {
    const { code, out, err } = await shell.run(
      words.split(' ').filter((word) => word !== ''),
      { home },
    );
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Commands:');
    expect(err).toContain('A verb is missing here, or there is none of that name.');
  });
});

describe('help', () => {
  /** The verbs below a noun, or of the program, as its help lists them. */
  async function verbsBelow(words: readonly string[]): Promise<readonly (readonly string[])[]> {
    const { out } = await shell.run([...words, '--help'], { home: empty });
    const [, commands] = out.split('\nCommands:\n');
    if (commands === undefined) return [words];
    const names = [...(commands.split('\n\n')[0] ?? '').matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name ?? '');
    const below = names.filter((name) => name !== 'help').map((name) => verbsBelow([...words, name]));
    return (await Promise.all(below)).flat();
  }

  it('of every verb has an example and needs no home', async () => {
    const verbs = await verbsBelow([]);
    expect(verbs.map((words) => words.join(' '))).toEqual(
      expect.arrayContaining(['run', 'datasets import', 'datasets generate random', 'artifacts verify', 'doctor']),
    );
    for (const words of verbs) {
      const { code, out, err } = await shell.run([...words, '--help'], { home: '/dev/null/none' });
      expect([words, code, err]).toEqual([words, 0, '']);
      expect(out).toContain(`\nExample:\n  $ sprintlab ${words.join(' ')}`);
      expect(out).toContain('--json');
    }
  });

  it('of the program names the exit codes', async () => {
    expect((await shell.run(['--help'], { home: empty })).out).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage');
  });
});

describe('an id that does not exist', () => {
  it.each([
    ['datasets show', 'DATASET_NOT_FOUND'],
    ['datasets delete --yes', 'DATASET_NOT_FOUND'],
    ['experiments show', 'EXPERIMENT_NOT_FOUND'],
    ['experiments export', 'EXPERIMENT_NOT_FOUND'],
    ['experiments delete --yes', 'EXPERIMENT_NOT_FOUND'],
    ['trials show', 'TRIAL_NOT_FOUND'],
    ['stages show', 'STAGE_NOT_FOUND'],
    ['stages log', 'STAGE_NOT_FOUND'],
    ['artifacts show', 'ARTIFACT_NOT_FOUND'],
    ['calls show', 'CALL_NOT_FOUND'],
    ['calls list --trial', 'TRIAL_NOT_FOUND'],
    ['calls export --experiment', 'EXPERIMENT_NOT_FOUND'],
    ['pools show', 'POOL_NOT_FOUND'],
    ['pools export --stage', 'STAGE_NOT_FOUND'],
    ['status', 'SUBMISSION_NOT_FOUND'],
    ['compare', 'EXPERIMENT_NOT_FOUND'],
  ])('is refused by `%s`, whatever it looks like', async (words, code) => {
    for (const id of ['0123abcd', 'none', '', '%', "' OR 1=1 --", '../../etc/passwd', 'ü🛒', 'x'.repeat(5000)]) {
      const refusal = await shell.refusal([...words.split(' '), id], { home });
      expect([id, refusal.exit, refusal.code, refusal.places]).toEqual([id, 2, code, []]);
    }
  });

  it('names the nearest where there is one', async () => {
    expect((await shell.refusal(['datasets', 'show', 'toi'], { home })).message).toContain('Did you mean toy?');
    const { message } = await shell.refusal(['experiments', 'show', 'toy-baseline'], { home });
    expect(message).toContain('Did you mean toy-baselines?');
  });

  it('may be the beginning of several: it is not guessed', async () => {
    const { items } = await list(['stages', 'list']);
    const keys = items.map(({ key }) => String(key));
    const first = keys[0] ?? '';
    expect(await shell.json(['stages', 'show', first.slice(0, 8)], { home })).toMatchObject({ key: first });
    expect(await shell.refusal(['trials', 'show', await sharedBeginning()], { home })).toMatchObject({
      exit: 2,
      code: 'AMBIGUOUS_TRIAL',
    });
  });

  /** The first digit of two trials: of 17 trials at least two share one of 16 digits. */
  async function sharedBeginning(): Promise<string> {
    const arms = Array.from(
      { length: 17 },
      (_, index) => `{name: k${index}, method: item-knn, itemKnn: {neighbours: ${index + 1}}}`,
    );
    const manifest = toyManifest(['name: many', `arms: [${arms.join(', ')}]`, 'limits: {hours: 0.0000001}']);
    await shell.run(['run', await shell.file('many.yaml', manifest)], { home });
    const { items } = await list(['trials', 'list', '--filter', 'experiment=many']);
    const digits = items.map(({ id }) => String(id).charAt(0));
    return digits.find((digit, index) => digits.indexOf(digit) < index) ?? '';
  }
});

describe('a list', () => {
  const LISTS = [
    'datasets list',
    'experiments list',
    'trials list',
    'stages list',
    'workers list',
    'calls list',
    'pools list',
    'artifacts list',
    'status',
  ];

  it.each(LISTS)('of nothing is an empty page: %s', async (words) => {
    expect(await shell.json(words.split(' '), { home: empty })).toEqual({ items: [], next: null });
    const { code, out } = await shell.run(words.split(' '), { home: empty });
    expect([code, out]).toEqual([0, expect.stringMatching(/^(No|Nothing) [^\n]+\.\n$/)]);
  });

  it.each(['trials list', 'stages list', 'artifacts list'])('is reached whole by pages: %s', async (words) => {
    const all = await list(words.split(' '));
    const found: unknown[] = [];
    let page: List = { items: [], next: '' };
    for (let after: string[] = []; page.next !== null; after = ['--after', page.next ?? '']) {
      page = await list([...words.split(' '), '--limit', '2', ...after]);
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items);
    }
    expect(all.items.length).toBeGreaterThan(2);
    expect(found).toEqual(all.items);
  });

  it('is narrowed by terms, of which all must hold', async () => {
    const filter = 'experiment=toy-baselines and method!=vs-knn and arm="item-knn"';
    const { items } = await list(['trials', 'list', '--filter', filter]);
    expect(items).toMatchObject([{ arm: 'item-knn', status: 'succeeded' }]);
  });

  it('pages through what matches', async () => {
    const filter = ['trials', 'list', '--filter', 'experiment=toy-baselines and arm!=item-knn', '--limit', '1'];
    const first = await list(filter);
    const second = await list([...filter, '--after', first.next ?? '']);
    expect([first.items, second]).toMatchObject([[{ arm: 'popularity' }], { items: [{ arm: 'vs-knn' }], next: null }]);
  });

  it('refuses a filter by its place, and says how to mend it', async () => {
    const refusal = await shell.refusal(['trials', 'list', '--filter', 'stauts=failed'], { home });
    expect(refusal).toMatchObject({
      exit: 2,
      code: 'INVALID_FILTER',
      places: [
        { column: 1, path: 'stauts', suggestion: 'status', allowed: expect.stringContaining('status') as string },
      ],
    });
    expect(refusal.message).toMatch(
      /^Filter, column 1: there is no field "stauts"\. Did you mean status\? Expected: id, /,
    );
  });

  it.each(['status>', 'status', '=x', 'status=failed or status=queued and x'])(
    'refuses the filter %s',
    async (filter) => {
      expect(await shell.refusal(['trials', 'list', '--filter', filter], { home })).toMatchObject({
        exit: 2,
        code: 'INVALID_FILTER',
      });
    },
  );

  it('refuses a cursor that it never gave, instead of beginning anew', async () => {
    expect(await shell.refusal(['stages', 'list', '--after', 'none'], { home })).toMatchObject({
      exit: 2,
      code: 'UNKNOWN_CURSOR',
    });
  });
});

describe('a deletion', () => {
  it.each([
    ['datasets', 'spare', 'Forget data set spare with its'],
    ['experiments', 'spare-run', 'Forget experiment spare-run with its'],
  ])('of %s needs a yes, which nobody can give without a terminal', async (noun, name, question) => {
    await shell.run(['datasets', 'generate', 'random', '--name', 'spare', '--users', '20', '--items', '20'], { home });
    const manifest = toyManifest(['name: spare-run', 'arms: [{name: popularity, method: popularity}]']);
    await shell.run(['run', await shell.file('spare.yaml', manifest)], { home });
    const before = await list([noun, 'list']);
    const refusal = await shell.refusal([noun, 'delete', name], { home });
    expect(refusal).toMatchObject({ exit: 3, code: 'NOT_CONFIRMED', places: [] });
    expect(refusal.message).toContain(question);
    expect(await list([noun, 'list'])).toEqual(before);

    expect(await shell.json([noun, 'delete', name, '--yes'], { home })).toEqual({ deleted: true, name });
    expect((await list([noun, 'list'])).items).toEqual(before.items.filter((item) => item['name'] !== name));
  });
});

describe('what leads from a result to what made it', () => {
  it('names with each number the stage that measured it, and with each stage its files', async () => {
    const [trial] = (await list(['trials', 'list', '--filter', 'experiment=toy-baselines'])).items;
    const account = (await shell.json(['trials', 'show', String(trial?.['id'])], { home })) as {
      readonly stages: readonly { readonly kind: string; readonly artifacts: readonly { readonly name: string }[] }[];
      readonly metrics: readonly { readonly stage: string; readonly stageKey: string }[];
      readonly strata: { readonly byLength: readonly { readonly targets: number }[]; readonly byUncertainty: null };
    };
    expect(new Set(account.metrics.map(({ stage }) => stage))).toEqual(new Set(['evaluation']));
    expect(account.stages.map(({ kind, artifacts }) => [kind, artifacts.length > 0])).toEqual([
      ['sessions', true],
      ['baseline', true],
      ['evaluation', true],
    ]);
    // Of 60 users each has one target, and a baseline has no model that could be uncertain.
    expect(account.strata.byLength.reduce((sum, { targets }) => sum + targets, 0)).toBe(60);
    expect(account.strata.byUncertainty).toBeNull();
    const shown = await shell.run(['trials', 'show', String(trial?.['id'])], { home });
    expect(shown.out).toMatch(/^items before the target +targets +hr@20 +ndcg@20$/m);
    const { out } = await shell.run(['trials', 'export'], { home });
    expect(out.split('\n')[0]).toBe(
      'trial,experiment,revision,arm,dataset,trainSeed,profileSeed,stage,stageKey,split,metric,step,value',
    );
  });

  it('exports a manifest that extends another as one that can be run by itself', async () => {
    const folder = await shell.folder();
    await writeFile(join(folder, 'base.yaml'), toyManifest());
    await writeFile(join(folder, 'own.yaml'), 'extends: base.yaml\nname: extended\nquestion: The same by itself?\n');
    expect((await shell.run(['run', join(folder, 'own.yaml')], { home })).code).toBe(0);
    const { out } = await shell.run(['experiments', 'export', 'extended'], { home });
    await writeFile(join(folder, 'exported.yaml'), out);
    const again = await shell.run(['run', join(folder, 'exported.yaml')], { home });
    expect([again.code, again.err]).toEqual([0, expect.stringContaining('Nothing to run')]);
  });
});
