import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { CallReplies, StageInput, StageMessage, StageOrder } from '#features/stages/domain/stage-order.ts';
import type { StageFailure } from '#features/stages/domain/stage.ts';
import { contentHash } from '#kernel/content-hash.ts';
import { DomainError, isDomainError } from '#kernel/domain-error.ts';
import { loadOnnxRuntime } from '#platform/onnx-runtime/on-demand.ts';
import { peakMemoryBytes } from '#platform/process/peak-memory.ts';
import { loadStage } from '#science/stages/registry.ts';
import type { EpochReport, StageOutput, StageRun } from '#science/stages/stage.ts';
import { MessengerCallBook } from './messenger-call-book.ts';

/**
 * The process of one stage: it loads science and nothing else, so that it starts at once, and a crash or a kill hits one
 * stage. It knows no data base: its worker hands it files and takes its files.
 */
const startedAt = process.hrtime.bigint();

class DamagedInputError extends DomainError<'DAMAGED_ARTIFACT'> {
  constructor(name: string, { hash, from }: StageInput, problem: string) {
    super('DAMAGED_ARTIFACT', `Artifact ${hash} (${name}) ${problem}. ${REMEDIES[from]}`);
  }
}

const REMEDIES: Readonly<Record<StageInput['from'], string>> = {
  stage: '`sprintlab artifacts verify --repair` has what made it run again.',
  dataset: 'Import or generate the data set again: the same contents take its place.',
};

process.once('message', (order: StageOrder) => void obey(order));
// Without its worker nobody would take the result.
process.once('disconnect', () => process.exit(1));

async function obey(order: StageOrder): Promise<void> {
  const calls = new MessengerCallBook((requests) => void tell({ type: 'calls', requests }));
  process.on('message', ({ replies }: CallReplies) => calls.hear(replies));
  try {
    await tell({ type: 'started' });
    const stage = await loadStage(order.kind);
    const { parameters, outputFolder } = order;
    const artifacts = await readInputs(order);
    const output = await finish(stage({ parameters, artifacts, loadRuntime: loadOnnxRuntime, calls }), outputFolder);
    const files = Object.entries(output.artifacts);
    for (const [name, bytes] of files) await writeFile(join(outputFolder, name), bytes, { flag: 'wx' });
    calls.flush();
    const usage = { seconds: secondsSinceStart(), ...processUsage() };
    await tell({ type: 'done', files: files.map(([name]) => name), metrics: output.metrics, usage });
  } catch (error) {
    calls.flush();
    await tell({ type: 'failed', failure: toFailure(error) });
  }
  process.disconnect();
}

async function readInputs(order: StageOrder): Promise<Record<string, Uint8Array>> {
  const artifacts: Record<string, Uint8Array> = {};
  for (const [name, input] of Object.entries(order.inputs)) {
    const { bytes, problem } = await readInput(input);
    if (problem === null) artifacts[name] = bytes;
    else if (name === 'checkpoint') await tellLostCheckpoint(input, problem);
    else throw new DamagedInputError(name, input, problem);
  }
  return artifacts;
}

type ReadInput =
  { readonly bytes: Uint8Array; readonly problem: null } | { readonly bytes: null; readonly problem: string };

async function readInput({ path, hash }: StageInput): Promise<ReadInput> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) return { bytes, problem: 'is missing from the store' };
  if (contentHash(bytes) !== hash) return { bytes: null, problem: 'is damaged: its bytes changed on disk' };
  return { bytes, problem: null };
}

/** Nothing is lost with a checkpoint but time: what it would have gone on from is trained again, to the same bits. */
function tellLostCheckpoint({ hash }: StageInput, problem: string): Promise<void> {
  const message = `Checkpoint ${hash} ${problem}; the stage starts again from its first epoch.`;
  return tell({ type: 'report', report: { kind: 'warning', message } });
}

async function finish(run: StageRun, outputFolder: string): Promise<StageOutput> {
  for (;;) {
    const step = await run.next();
    if (step.done === true) return step.value;
    if (step.value.kind === 'epoch') await tellEpoch(step.value, outputFolder);
    else await tell({ type: 'report', report: step.value });
    // Science does not yield to the event loop; without this a busy stage would neither be heard nor hear that it is alone.
    await setImmediate();
  }
}

let lastEpochAt = startedAt;

async function tellEpoch({ checkpoint, ...report }: EpochReport, outputFolder: string): Promise<void> {
  const { epoch, epochs, tokens, metrics } = report;
  const now = process.hrtime.bigint();
  const seconds = Number(now - lastEpochAt) / 1e9;
  lastEpochAt = now;
  const file = `checkpoint-${epoch}.safetensors`;
  await writeFile(join(outputFolder, file), checkpoint, { flag: 'wx' });
  await tell({ type: 'epoch', epoch, epochs, tokens, metrics, checkpoint: file, seconds });
}

function tell(message: StageMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error === null ? resolve() : reject(error)));
  });
}

function toFailure(error: unknown): StageFailure {
  if (isDomainError(error)) return { code: error.code, message: error.message, stack: null, isRefusal: true };
  if (!(error instanceof Error)) return { code: 'DEFECT', message: String(error), stack: null, isRefusal: false };
  if ('code' in error && error.code === 'ENOSPC') {
    const message = 'The disk is full; free some space and run again.';
    return { code: 'STORAGE_FAILED', message, stack: null, isRefusal: false };
  }
  return { code: 'DEFECT', message: error.message, stack: error.stack ?? null, isRefusal: false };
}

function secondsSinceStart(): number {
  return Number(process.hrtime.bigint() - startedAt) / 1e9;
}

function processUsage(): { cpuSeconds: number; peakMemoryBytes: number } {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMemoryBytes: peakMemoryBytes() };
}
