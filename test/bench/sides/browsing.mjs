import { startChromium } from '../../support/chromium.mjs';
import { spreadOf } from '../pairing.mjs';

const VIEWPORT = { width: 1280, height: 860 };
const FRAMES = 240;

/** From the top of the table to its end: the rows in the page, and tasks of 50 ms and more (https://w3c.github.io/longtasks). */
const SCROLL = `(async () => {
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: 'longtask' });
  const table = document.querySelector('table[aria-label="large-trials"]');
  const scroller = table.closest('.table-scroll');
  const step = scroller.scrollHeight / ${FRAMES};
  let most = 0;
  for (let frame = 0; frame < ${FRAMES}; frame++) {
    scroller.scrollTop += step;
    await new Promise(requestAnimationFrame);
    most = Math.max(most, table.querySelectorAll('tr').length);
  }
  await new Promise((wake) => setTimeout(wake, 300));
  observer.disconnect();
  return { tasks, most, rows: Number(table.getAttribute('aria-rowcount')) - 1 };
})()`;

/** What somebody waits for in a browser that has seen nothing before. */
export async function browsingNotes(url, { rounds }) {
  const browser = await startChromium();
  if (browser === null) return ['In the browser: not measured, since Chromium is neither here nor installable.'];
  try {
    const views = [];
    for (const path of ['/experiments', '/experiments/large']) {
      const seconds = [];
      for (let round = 0; round <= rounds; round++) seconds.push(await firstView(browser, `${url}${path}`));
      const { median, max } = spreadOf(seconds);
      views.push(`${path} ${median.toFixed(2)} s (at most ${max.toFixed(2)})`);
    }
    return [`First view in Chromium, rows and all: ${views.join(', ')}.`, await scrollingNote(browser, url)];
  } finally {
    await browser.close();
  }
}

async function firstView(browser, address) {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  const startedAt = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  await page.locator('tr.row').first().waitFor();
  const seconds = (performance.now() - startedAt) / 1000;
  await context.close();
  return seconds;
}

async function scrollingNote(browser, url) {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(`${url}/experiments/large?tab=trials`);
  await page.locator('table[aria-label="large-trials"] tr.row').first().waitFor({ timeout: 60_000 });
  const { tasks, most, rows } = await page.evaluate(SCROLL);
  const long =
    tasks.length === 0 ? 'no task of 50 ms' : `${tasks.length} tasks of 50 ms, the longest ${Math.max(...tasks)} ms`;
  return `A table of ${rows} rows, scrolled through in ${FRAMES} frames: at most ${most} rows in the page, ${long}.`;
}
