import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** Of the dark page only the colours can differ. */
const RULES = {
  light: { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'] },
  dark: { runOnly: { type: 'rule', values: ['color-contrast'] }, resultTypes: ['violations'] },
} as const;

/** What hinders somebody who sees little, or not at all, in a line each (WCAG AA). */
export async function hindrances(page: Page, scheme: keyof typeof RULES): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>(
    `axe.run(document, ${JSON.stringify(RULES[scheme])})`,
  );
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
  );
}

/** Addresses of every screen with every tab, with the ids of this home. */
export async function screens(url: string): Promise<readonly string[]> {
  const first = async (path: string): Promise<Readonly<Record<string, string>>> => {
    const answer = (await (await fetch(`${url}/api/v1${path}`)).json()) as {
      items: Readonly<Record<string, string>>[];
    };
    return answer.items[0] ?? {};
  };
  const { trial = '' } = await first('/profilings?limit=1');
  const { call = '' } = await first('/calls?limit=1');
  const arms = encodeURIComponent(JSON.stringify(['backbone', 'popularity']));
  const of = (path: string, tabs: readonly string[]) =>
    tabs.map((tab) => `${path}${path.includes('?') ? '&' : '?'}tab=${tab}`);
  return [
    '/experiments',
    ...of('/experiments/results', ['arms', 'difference', 'pivot', 'cost', 'stages', 'trials', 'events', 'manifest']),
    ...of(`/experiments/results/compare?arms=${arms}`, ['differences', 'curves', 'settings', 'flips']),
    '/trials',
    ...of(`/trials/${trial}`, ['overview', 'curves', 'settings', 'stages', 'files', 'log']),
    ...['/profilings', `/profilings/${trial}`, '/pools', `/pools/${trial}`, '/submit?template=demo', '/playground'],
    ...['/queue', '/datasets', '/datasets/planted', '/calls', `/calls/${call}`, '/settings', '/login', '/no/such/page'],
  ];
}
