import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SidesDisagreeError } from './agreement.mjs';
import { SideFailedError } from './conversation.mjs';
import { describeMachine, machineLine, othersLine, watchOthers } from './machine.mjs';
import { NoPythonError, pythonEnvironment } from './python-environment.mjs';
import { figureLines } from './report.mjs';
import { SUITES } from './suites.mjs';

/** `npm run bench -- <suite>…`: each figure is a ratio to a named peer, measured in the same run, by turns. */
const OPTIONS = {
  quick: { type: 'boolean', default: false },
  rounds: { type: 'string' },
  json: { type: 'string' },
  epochs: { type: 'string' },
  quality: { type: 'string' },
  help: { type: 'boolean', default: false },
};

const USAGE = `npm run bench -- <suite>… [--quick] [--rounds N] [--json FILE] [--epochs N] [--quality NDCG]

  --quick     less of everything, in less than five minutes a suite; to see that it works, not to quote
  --rounds    how often the sides take turns (default 5, quick 2)
  --json      keeps the figures with every sample in FILE
  --epochs    engine: the most epochs of RecBole (default 5, quick 1)
  --quality   engine: the validation NDCG@20 that both sides train to (default .0565)
`;

/** What was asked cannot be done; the message says what can. */
class WrongUsageError extends Error {}

class NothingMeasuredError extends Error {
  constructor() {
    super('Nothing was measured: all peers of this suite need Python.');
  }
}

process.once('SIGINT', () => process.exit(130));
try {
  await main();
} catch (error) {
  const isExpected = [WrongUsageError, NothingMeasuredError, SideFailedError, SidesDisagreeError].some(
    (kind) => error instanceof kind,
  );
  console.error(isExpected ? error.message : error);
  process.exitCode = error instanceof WrongUsageError ? 2 : 1;
}

async function main() {
  const { names, options } = readArguments();
  if (options.help || names.length === 0) return console.log(listing());
  const python = names.some((name) => SUITES[name].usesPython) ? await findPython() : null;
  const results = [];
  for (const name of names) results.push(await measure(name, { ...options, python }));
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, null, 2)}\n`);
}

/** `null`, with a message, where there is none: the other peers are measured all the same. */
async function findPython() {
  try {
    return await pythonEnvironment('sprintlab-bench', new URL('python/requirements.txt', import.meta.url));
  } catch (error) {
    if (!(error instanceof NoPythonError)) throw error;
    console.error(error.message);
    return null;
  }
}

/** One suite from start to end; what it writes is gone afterwards, interrupted or not. */
async function measure(name, options) {
  const machine = describeMachine();
  console.log(`\n${name}: ${SUITES[name].measures}\n${machineLine(machine)}`);
  const folder = await mkdtemp(join(tmpdir(), 'sprintlab-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const usedByOthers = watchOthers();
  const run = await SUITES[name].load();
  const { figures, notes } = await run({ ...options, folder, tell: (text) => console.error(`  ${text} …`) });
  const othersUsedCores = usedByOthers();
  remove();
  console.log(`${othersLine(othersUsedCores)}\n`);
  if (figures.length === 0) throw new NothingMeasuredError();
  console.log([...figureLines(figures), ...notes].join('\n'));
  return { suite: name, quick: options.quick, machine, othersUsedCores, figures, notes };
}

function readArguments() {
  const { values, positionals } = parsed();
  const unknown = positionals.find((name) => !Object.hasOwn(SUITES, name));
  if (unknown !== undefined) throw new WrongUsageError(`There is no suite "${unknown}".\n\n${listing()}`);
  const { quick, json, help } = values;
  const rounds = Math.ceil(positive('rounds', values.rounds, quick ? 2 : 5));
  const epochs = Math.ceil(positive('epochs', values.epochs, quick ? 1 : 5));
  const quality = positive('quality', values.quality, 0.0565);
  return { names: positionals, options: { quick, json, help, rounds, epochs, quality } };
}

function parsed() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new WrongUsageError(`${error.message}\n\n${listing()}`);
  }
}

function positive(option, text, otherwise) {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!(value > 0)) throw new WrongUsageError(`--${option}: "${text}" is not a number greater than 0.`);
  return value;
}

function listing() {
  const lines = Object.entries(SUITES).map(
    ([name, { measures, takes }]) => `  ${name.padEnd(11)} ${measures} (${takes})`,
  );
  return `${USAGE}\nSuites:\n${lines.join('\n')}`;
}
