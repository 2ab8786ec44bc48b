import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../..');
const IMPURE = readFileSync(join(import.meta.dirname, 'fixtures/purity/impure.ts'), 'utf8');
const ENVIRONMENT = readFileSync(join(import.meta.dirname, 'fixtures/purity/environment.ts'), 'utf8');

/** What a message of the lint says, as the comments of the fixtures call it. */
const KINDS = { Chance: 'chance', Time: 'time', 'The outside world': 'outside' };
const PURE = ['src/science/metrics/rank.ts', 'src/kernel/page.ts', 'src/features/trials/domain/trial.ts'];
const IMPURE_ROOMS = ['src/platform/queue/queue.ts', 'src/features/trials/trials.service.ts', 'src/apps/cli/print.ts'];

describe('the lint', () => {
  it.each(PURE)('sees chance, time and the outside world in %s, line by line', async (path) => {
    expect(await findings(path, IMPURE)).toEqual(markedLines(IMPURE, ['chance', 'time', 'outside']));
  });

  it.each(IMPURE_ROOMS)('allows these in %s, but not the environment', async (path) => {
    expect(await findings(path, IMPURE)).toEqual(markedLines(IMPURE, ['environment']));
    expect(await findings(path, ENVIRONMENT)).toEqual(markedLines(ENVIRONMENT, ['environment']));
  });

  it.each(['src/apps/cli/main.ts', 'src/science/metrics/rank.test.ts', 'src/platform/queue/queue.test.ts'])(
    'lets %s read the environment',
    async (path) => {
      expect([...(await findings(path, IMPURE)), ...(await findings(path, ENVIRONMENT))]).toEqual([]);
    },
  );
});

/** Line and kind of each finding of the restrictions, as if the text were the file at `path`. */
async function findings(path: string, text: string): Promise<string[]> {
  // The restrictions need no types, and a file that is not there has none.
  const eslint = new ESLint({ cwd: REPOSITORY, overrideConfig: [tseslint.configs.disableTypeChecked] });
  const [result] = await eslint.lintText(text, { filePath: join(REPOSITORY, path) });
  const restricted = result!.messages.filter(({ ruleId }) => ruleId === null || ruleId.startsWith('no-restricted-'));
  return [...new Set(restricted.map(({ line, message }) => `${line} ${kindOf(message)}`))];
}

function kindOf(message: string): string {
  const kind = Object.entries(KINDS).find(([start]) => message.includes(`${start} is a`))?.[1];
  return kind ?? (/reads the environment|global `process`/.test(message) ? 'environment' : message);
}

function markedLines(text: string, kinds: readonly string[]): string[] {
  return text.split('\n').flatMap((line, index) => {
    const marks = /\/\/ (.*)$/.exec(line)?.[1]?.split(', ') ?? [];
    return marks.filter((mark) => kinds.includes(mark)).map((mark) => `${index + 1} ${mark}`);
  });
}
