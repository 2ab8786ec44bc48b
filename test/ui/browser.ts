import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** A page that collects what must never happen on it: dialogs, uncaught errors, refusals of the Content-Security-Policy. */
export interface WatchedPage {
  readonly page: Page;
  readonly mishaps: readonly string[];
}

export const PATIENCE_MS = 8000;

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const mishaps: string[] = [];
  page.on('dialog', (dialog) => {
    mishaps.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', ({ message }) => mishaps.push(message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) mishaps.push(message.text());
  });
  return { page, mishaps };
}

/** When the first answers have come: no placeholder is left. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('[aria-label="Loading"]').first().waitFor({ state: 'hidden' });
}
