import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { CreatedTokenAnswer } from '#features/accounts/http/accounts.schema.ts';
import { startChromium } from '../support/chromium.mjs';
import { answered } from '../support/planted-home.ts';
import { MARKUP, serveHome, type Engine, type ServedHome } from '../support/served-home.ts';
import { sparePort } from '../support/spare-port.mjs';
import { serve } from '../support/sprint-server.ts';
import { openPage, PATIENCE_MS, settled } from './browser.ts';
import { hindrances, screens } from './hindrances.ts';
import {
  aCallThatSays,
  aDatasetWithTitle,
  aPoolThatSays,
  stoppedAtItsHours,
  submitted,
  submittedToFail,
  withAccounts,
} from './strange-contents.ts';

const NO_BROWSER = 'Chromium is neither here nor installable: install the package `chromium` to test the pages.';

/** `npm run check:pages`: on Postgres too, and the colours of the dark pages, which have the same elements. */
const IS_THOROUGH = process.env['SPRINTLAB_TEST_PAGES'] === 'all';
const COLOUR_SCHEMES = IS_THOROUGH ? (['light', 'dark'] as const) : (['light'] as const);

const ENGINES: readonly Engine[] = IS_THOROUGH ? ['SQLite', 'Postgres'] : ['SQLite'];

describe.each(ENGINES)('the pages on %s', (engine) => {
  let browser: Browser | null;
  let home: ServedHome;

  beforeAll(async () => {
    browser = await startChromium();
    if (browser !== null) home = await serveHome(engine);
  }, 240_000);
  afterAll(async () => {
    if (browser === null) return;
    await browser.close();
    await home.remove();
  });
  const open = async ({ skip }: TestContext, path: string, options = {}) => {
    if (browser === null) return skip(NO_BROWSER);
    const watched = await openPage(browser, options);
    await watched.page.goto(home.url + path);
    await settled(watched.page);
    return watched;
  };

  it('lead from the experiments to the prompt behind a number in four clicks', async (test) => {
    const { page, mishaps } = await open(test, '/');
    await page.getByRole('link', { name: 'Do uncertain sessions teach more' }).click();
    await page.locator('tr.row', { hasText: 'uncertainty' }).first().locator('.seed-dot').first().click();
    await page.getByRole('link', { name: 'Prompts behind it' }).click();
    await page.locator('.microscope tbody tr').nth(1).click();
    await expect.poll(() => page.locator('.call pre').first().innerText()).toMatch(/\S/);
    expect(await page.getByText('Prompt', { exact: true }).first().isVisible()).toBe(true);
    expect(page.url()).toContain('session=');
    expect(mishaps).toEqual([]);
  });

  it('check a manifest as it is written, show the bill, and submit it', async (test) => {
    const { page } = await open(test, '/submit');
    const editor = page.locator('.cm-content');
    await editor.click();
    await page.keyboard.insertText('sprintlab: 1\nname: written\nquestion: Does it?\ndataset: planted\nmethods: x\n');
    await page.getByText('methods', { exact: true }).last().waitFor();
    await page.locator('.cm-lintRange-error').first().waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(
      'sprintlab: 1\nname: written\nquestion: Does it?\ndataset: planted\n' +
        'protocol: {sessions: given, split: given}\narms: [{name: popularity, method: popularity}]\n',
    );
    await page.getByRole('button', { name: /^Submit 1 trial/ }).click();
    await page.waitForURL(/\/experiments\/written/);
    await page.getByText('finished').first().waitFor({ timeout: 30_000 });
  });

  it('say that the connection is lost, and go on by themselves when the server is back', async (test) => {
    const { page } = await open(test, '/experiments/results');
    await home.halt();
    await page.getByText('The connection to the server is lost.').waitFor();
    expect(await page.locator('h1').innerText()).toMatch(/uncertain sessions/);
    await home.startAgain();
    await page.getByText('The connection to the server is lost.').waitFor({ state: 'hidden', timeout: 20_000 });
    await page.getByRole('link', { name: 'Data sets' }).click();
    await page.getByRole('link', { name: 'planted', exact: true }).waitFor();
  });

  // What is on the screen does not depend on the data base.
  if (engine === 'SQLite') {
    it('are gone through by keyboard: a palette, and arrows in tables', async (test) => {
      const { page } = await open(test, '/experiments');
      await page.keyboard.press('Control+k');
      await page.getByRole('textbox', { name: 'Go to' }).fill('trials');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/trials$/);
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await settled(page);
      await page.locator('tr.row').first().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => page.locator('tr.row:focus').getAttribute('data-index')).toBe('2');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/trials\/[0-9a-f]{16}$/);
    });

    it('show again what a link says', async (test) => {
      const { page } = await open(test, '/experiments/results?tab=difference&metric=ndcg%4020');
      expect(await page.getByRole('tab', { name: 'Difference' }).getAttribute('aria-selected')).toBe('true');
      expect(await page.locator('input[aria-label="Metric"]').inputValue()).toBe('ndcg@20');
      await page.locator('figure svg').first().waitFor();
      await page.getByRole('tab', { name: 'Stages' }).click();
      const { page: another } = await open(test, new URL(page.url()).pathname + new URL(page.url()).search);
      expect(await another.getByRole('tab', { name: 'Stages' }).getAttribute('aria-selected')).toBe('true');
    });

    it('take the chosen data set along to a comparison', async (test) => {
      const arms = encodeURIComponent(JSON.stringify(['backbone', 'popularity']));
      const { page } = await open(test, `/experiments/results?dataset=planted&arms=${arms}`);
      await page.getByRole('link', { name: 'Compare 2 arms' }).click();
      await page.waitForURL(/\/compare\?.*dataset=planted/);
    });

    it('take a template once, and keep what was made of it on the way back', async (test) => {
      const { page } = await open(test, '/submit?template=demo');
      const editor = page.locator('.cm-content');
      await editor.getByText('planted-demo').first().waitFor();
      await editor.click();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText('sprintlab: 1\nname: made-of-it\n');
      await page.getByRole('link', { name: 'Data sets' }).click();
      await page.waitForURL(/\/datasets$/);
      await page.goBack();
      await editor.getByText('made-of-it').waitFor();
      await page.reload();
      await editor.getByText('made-of-it').waitFor();
      await page.getByRole('combobox', { name: 'Template' }).click();
      await page.getByRole('option').first().click();
      await editor.getByText('made-of-it').waitFor({ state: 'hidden' });
    });

    it('show markup in questions and names as the text it is', async (test) => {
      const { page, mishaps } = await open(test, '/experiments/hostile');
      expect(await page.locator('h1').innerText()).toBe(MARKUP);
      await page.getByRole('tab', { name: 'Trials' }).click();
      await page.getByText(MARKUP).last().waitFor();
      expect(await page.locator('main img').count()).toBe(0);
      expect(mishaps).toEqual([]);
    });

    it('show titles, prompts and answers of any length as the text they are', async (test) => {
      const long = `${MARKUP} ${'x'.repeat(10_000)}`;
      const { page, mishaps } = await open(test, '/experiments');
      const call = await aCallThatSays(home, long);
      await aDatasetWithTitle(home, long);
      for (const path of [`/calls/${call}`, '/datasets/shop']) {
        await page.goto(home.url + path);
        await page.getByText(MARKUP).last().waitFor();
        expect(await page.locator('main img').count()).toBe(0);
        expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 1280]);
      }
      await page.goto(`${home.url}/experiments/${'x'.repeat(10_000)}`);
      await page.getByRole('alert').waitFor();
      expect(mishaps).toEqual([]);
    });

    it('show intents as the text they are', async (test) => {
      const { page, mishaps } = await open(test, '/pools');
      const trial = await aPoolThatSays(home, MARKUP);
      await page.goto(`${home.url}/pools/${trial}`);
      await page.getByText(MARKUP).last().waitFor();
      expect(await page.getByText(MARKUP).count()).toBeGreaterThan(5);
      expect(await page.locator('main img').count()).toBe(0);
      expect(mishaps).toEqual([]);
    });

    it('say that what is looked at was deleted meanwhile, and go on showing it', async (test) => {
      await submitted(home, 'doomed');
      const { page } = await open(test, '/experiments/doomed');
      const remove = () => fetch(`${home.url}/api/v1/experiments/doomed`, { method: 'DELETE' });
      await expect.poll(async () => (await remove()).status, { timeout: PATIENCE_MS }).toBe(200);
      await page.getByText('This was deleted meanwhile').first().waitFor();
      expect(await page.locator('h1').innerText()).toBe('Is it there?');
    });

    it('lead from an arm that failed to the reason, what to do, and another try, also beyond a limit', async (test) => {
      await submittedToFail(home, 'failing');
      const { page } = await open(test, '/experiments/failing');
      await page.getByText('finished with failures').waitFor({ timeout: 30_000 });
      await page.getByRole('link', { name: /^failed 1 of 1/ }).click();
      await page.getByRole('link', { name: 'backbone' }).click();
      const reason = page.getByRole('alert');
      await reason.waitFor();
      expect(await reason.innerText()).toMatch(/training failed[^]*Raise training\.epochs[^]*Retry/);
      await page.getByRole('button', { name: 'Retry' }).click();
      await page.getByText('The stage training failed, 2 times').waitFor({ timeout: 30_000 });
      await page.goto(`${home.url}/experiments/failing`);
      await page.getByText('finished with failures').waitFor({ timeout: 30_000 });
      stoppedAtItsHours(home, 'failing');
      await page.goBack();
      await page.getByRole('button', { name: 'Retry' }).click();
      await page.getByRole('button', { name: 'Approve and go on' }).click();
      await page.getByText('The stage training failed, 3 times').waitFor({ timeout: 30_000 });
    });

    it('ask for a token where there are accounts, and offer what a role allows', async (test) => {
      if (browser === null) return test.skip(NO_BROWSER);
      const words = ['tokens', 'create', 'ada', '--role', 'researcher'];
      const { id, token } = await answered<CreatedTokenAnswer>(words, withAccounts(home));
      const server = await serve(withAccounts(home));
      const { page, mishaps } = await openPage(browser);
      await page.goto(`${server.url}/experiments/hostile`);
      const logIn = async (secret: string): Promise<void> => {
        await page.getByLabel('Access token').fill(secret);
        await page.getByRole('button', { name: 'Sign in' }).click();
      };
      await logIn('sprintlab_guess');
      await page.getByText('Log in first, or send a valid token').waitFor();
      await logIn(token);
      await page.waitForURL(/\/experiments\/hostile$/);
      const [cookie] = await page.context().cookies();
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
      const isOffered = (): Promise<boolean> => page.getByRole('button', { name: 'More actions' }).isVisible();
      await page.getByRole('button', { name: 'Account and appearance' }).click();
      await page.getByText('ada · researcher').waitFor();
      expect(await isOffered()).toBe(false);
      await page.route('**/api/v1/session', (route) => route.abort());
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByText('Not signed out').waitFor();
      expect(mishaps).toEqual([]);
      // Who is revoked is out by himself, and what he followed is at an end.
      await page.unroute('**/api/v1/session');
      await answered(['tokens', 'revoke', id], withAccounts(home));
      await page.waitForURL(/\/login/);
    });

    it('say how much MLflow was not told, and why', async (test) => {
      if (browser === null) return test.skip(NO_BROWSER);
      const url = `http://127.0.0.1:${await sparePort()}`;
      const server = await serve(home.invocation, { MLFLOW_TRACKING_URI: url });
      const { page } = await openPage(browser);
      await server.logged('MLflow');
      await page.goto(`${server.url}/settings`);
      await page.getByText('nothing listens there').first().waitFor();
      expect(await page.locator('main').innerText()).toMatch(/Server\s+http:[^]*Waiting\s+[\d,]+ events/);
    });

    it('say where a filter is wrong, and what an id does not lead to', async (test) => {
      const { page } = await open(test, `/trials?filter=${encodeURIComponent('status = failed AND metrics.hr@20 >')}`);
      await page.locator('.input-error').waitFor();
      expect(await page.locator('.input-error').innerText()).toMatch(/\^/);
      const { page: missing } = await open(test, '/trials/0000000000000000');
      expect(await missing.getByRole('alert').innerText()).toMatch(/No trial whose id begins with/);
    });

    it('keep few rows of a long table in the page', async (test) => {
      const { page } = await open(test, '/calls');
      const table = page.getByRole('table', { name: 'calls', exact: true });
      await table.waitFor();
      expect(Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(150);
      expect(await table.locator('tr').count()).toBeLessThan(100);
      await table.locator('tr.row').first().focus();
      await page.keyboard.press('End');
      await expect
        .poll(async () => Number(await page.locator('tr.row:focus').getAttribute('data-index')))
        .toBeGreaterThan(150);
      expect(await table.locator('tr').count()).toBeLessThan(100);
    });

    it('fit a phone, where the menu opens by a button', async (test) => {
      const { page } = await open(test, '/experiments', { viewport: { width: 390, height: 844 }, isMobile: true });
      for (const path of ['/experiments/results', '/trials', '/profilings', '/submit', '/calls', '/settings']) {
        await page.goto(home.url + path);
        await settled(page);
        expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 390]);
      }
      await page.getByRole('button', { name: 'Open the menu' }).click();
      await page.getByRole('dialog').getByRole('link', { name: 'Data sets' }).click();
      await page.waitForURL(/\/datasets$/);
    });

    it('can be used by whoever sees little', { timeout: 150_000 }, async (test) => {
      const { page, mishaps } = await open(test, '/experiments');
      const found: string[] = [];
      for (const path of await screens(home.url)) {
        await page.goto(home.url + path);
        await settled(page);
        for (const colorScheme of COLOUR_SCHEMES) {
          await page.emulateMedia({ colorScheme });
          found.push(...(await hindrances(page, colorScheme)).map((line) => `${path} (${colorScheme}): ${line}`));
        }
      }
      expect(found).toEqual([]);
      expect(mishaps).toEqual([]);
    });
  }
});
