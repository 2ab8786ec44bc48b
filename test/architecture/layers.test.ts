import { join } from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { beforeAll, describe, expect, it } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../..');
const FIXTURE = join(import.meta.dirname, 'fixtures/layers');

/** Rule → each import in the fixture that breaks it. What the fixture holds besides is allowed, so that no rule may see it. */
const BREACHES: Readonly<Record<string, readonly string[]>> = {
  'pure-code-imports-only-pure-code': [
    'src/features/trials/domain/knows-its-table.ts → src/features/trials/persistence/trial-persistence.ts',
    'src/features/trials/domain/uses-a-framework.ts → typeorm',
    'src/science/reads-the-disk.ts → fs',
  ],
  'kernel-knows-no-other-room': ['src/kernel/knows-science.ts → src/science/rank.ts'],
  'science-knows-only-the-kernel': ['src/science/knows-a-feature.ts → src/features/trials/domain/trial.ts'],
  'platform-knows-no-feature': ['src/platform/knows-a-feature.ts → src/features/trials/trials.service.ts'],
  'platform-sees-science-through-ports': ['src/platform/knows-science.ts → src/science/rank.ts'],
  'features-meet-at-the-front-door': [
    'src/features/pools/uses-the-back-doors.ts → src/features/trials/http/trial-http.ts',
    'src/features/pools/uses-the-back-doors.ts → src/features/trials/import/trial-import.ts',
    'src/features/pools/uses-the-back-doors.ts → src/features/trials/jobs/trial-jobs.ts',
    'src/features/pools/uses-the-back-doors.ts → src/features/trials/persistence/trial-persistence.ts',
  ],
  'nothing-imports-an-app': ['src/features/pools/knows-an-app.ts → src/apps/cli/main.ts'],
  'apps-do-not-know-each-other': ['src/apps/worker/knows-another-app.ts → src/apps/cli/main.ts'],
  'recommending-asks-no-language-model': [
    'src/features/recommendations/asks-a-language-model.ts → src/science/llm/language-model.port.ts',
  ],
  'ui-knows-only-the-shapes-of-src': ['ui/src/lib/knows-a-service.ts → src/features/trials/domain/trial.ts'],
  'ui-goes-one-way': ['ui/src/components/knows-a-screen.tsx → ui/src/features/trials/trials-page.tsx'],
  'ui-features-are-strangers': [
    'ui/src/features/pools/knows-another-screen.tsx → ui/src/features/trials/trials-page.tsx',
  ],
  'no-barrels': ['src/kernel/index.ts → src/kernel/page.ts'],
  // A cycle is told once, by one of its imports.
  'no-cycles': ['src/kernel/egg.ts → src/kernel/hen.ts'],
  'no-orphans': ['src/kernel/alone.ts'],
  'not-to-unresolvable': ['src/apps/cli/mistypes-a-room.ts → #kernle/page.ts'],
  'src-needs-no-development-tool': ['src/platform/uses-a-test-tool.ts → vitest'],
  'packages-are-declared': ['src/platform/uses-an-undeclared-package.ts → yaml'],
  'src-knows-no-test-support': ['src/platform/uses-a-builder.ts → test/support/builders.ts'],
  'nothing-imports-a-test': ['test/support/imports-a-test.ts → src/kernel/page.test.ts'],
  'set-up-needs-nothing-installed': ['scripts/set-up.mjs → zod'],
};

describe('the law of imports', () => {
  let options: ICruiseOptions;

  beforeAll(async () => {
    options = await extractDepcruiseOptions(join(REPOSITORY, '.dependency-cruiser.mjs'));
  });

  it('has a breach in the fixture for each of its rules', () => {
    const rules = options.ruleSet?.forbidden?.map(({ name }) => name) ?? [];
    expect(rules.toSorted()).toEqual(Object.keys(BREACHES).toSorted());
  });

  it('sees each breach, and nothing in what is allowed', async () => {
    expect(await breachesIn(FIXTURE, options)).toEqual(BREACHES);
  });

  it('is kept by the repository', async () => {
    expect(await breachesIn(REPOSITORY, options)).toEqual({});
  });
});

async function breachesIn(baseDir: string, options: ICruiseOptions): Promise<Record<string, string[]>> {
  const { output } = await cruise(['src', 'ui', 'test', 'scripts'], { ...options, baseDir, validate: true });
  const breaches: Record<string, string[]> = {};
  for (const { rule, from, to } of (output as ICruiseResult).summary.violations) {
    // A package is told by its name alone: which file of it is resolved is its own affair.
    const target = to.replace(/^.*node_modules\/([^/]+)\/.*$/, '$1');
    (breaches[rule.name] ??= []).push(from === to ? from : `${from} → ${target}`);
  }
  return Object.fromEntries(Object.entries(breaches).map(([name, edges]) => [name, edges.toSorted()]));
}
