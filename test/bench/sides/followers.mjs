import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { spreadOf } from '../pairing.mjs';

/** What happens meanwhile: an experiment that nobody runs is paused and resumed. */
const MANIFEST = `sprintlab: 1
name: watched
question: Does everybody hear of it?
dataset: toy
protocol: {sessions: history, split: leave-one-out}
arms: [{name: popularity, method: popularity}]
`;
const PAUSE_MS = 200;
/** For the last event to arrive. */
const SETTLE_MS = 1_500;

/** Many who follow while something happens: how late each hears of it, and what it holds of the memory of the server. */
export async function followersNote(api, { pid, clients, seconds }) {
  const before = await residentMegabytes(pid);
  const end = new AbortController();
  const lags = [];
  const following = Array.from({ length: clients }, () => follow(`${api}/events`, end.signal, lags));
  await delay(2_000);
  const connected = await residentMegabytes(pid);
  const { submission } = await posted(`${api}/submissions`, { manifest: MANIFEST });
  const until = performance.now() + seconds * 1000;
  for (let turn = 0; performance.now() < until; turn++) {
    await posted(`${api}/submissions/${submission}/${turn % 2 === 0 ? 'pause' : 'resume'}`, {});
    await delay(PAUSE_MS);
  }
  await delay(SETTLE_MS);
  const after = await residentMegabytes(pid);
  end.abort();
  await Promise.all(following);
  return (
    `${clients} event-stream clients: ${lags.length} events heard in ${seconds} s, ${lagText(lags)}; ` +
    `memory of the server ${before} MB before, ${connected} MB with all of them, ${after} MB at the end.`
  );
}

async function follow(url, signal, lags) {
  const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal });
  let text = '';
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const lines = `${text}${chunk}`.split('\n');
      text = lines.pop();
      const told = lines.filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)));
      for (const { at } of told) lags.push(Date.now() - Date.parse(at));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function lagText(lags) {
  const { median, max } = spreadOf(lags);
  const late = lags.toSorted((one, other) => one - other)[Math.floor(lags.length * 0.99)];
  return `${median.toFixed(0)} ms after they happened (99 %: ${late} ms, at most ${max} ms)`;
}

async function posted(url, body) {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url, request);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

async function residentMegabytes(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1000);
}
