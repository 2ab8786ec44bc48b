import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { isDomainError } from '#kernel/domain-error.ts';
import { problemAtRedis } from '#platform/queue/on-demand.ts';
import type { RedisProblem } from '#platform/queue/redis-problem.ts';
import type { Application } from '../../application.ts';
import { formatBytes, renderTable } from '../table.ts';
import { EXIT } from '../exit-codes.ts';
import { verb, type AddVerb, type Answer, type Site } from '../verb.ts';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly finding: string;
  /** What to do; `null` when all is well. */
  readonly advice: string | null;
}

const LOW_DISK_BYTES = 2e9;

export const addDoctor: AddVerb = (program, _, inspect) => {
  const command = verb(
    'doctor',
    'what is installed, reachable and writable, and what to do about what is not',
    'sprintlab doctor',
  ).action((options: { json?: boolean }) => inspect(options, examine));
  program.addCommand(command);
};

async function examine(site: Site): Promise<Answer> {
  const checks = [
    checkNode(),
    await checkStore(site),
    await checkDisk(site),
    ...(await checkRows(site)),
    await checkQueue(site),
  ];
  const healthy = checks.every(({ state }) => state !== 'failed');
  const table = renderTable(checks, [
    { title: 'check', of: ({ name }) => name },
    { title: 'state', of: ({ state }) => state },
    { title: 'finding', of: ({ finding, advice }) => (advice === null ? finding : `${finding} → ${advice}`) },
  ]);
  return { json: { healthy, checks }, text: `${table}\n`, exitCode: healthy ? EXIT.done : EXIT.failed };
}

function checkNode(): Check {
  return {
    name: 'node',
    state: 'ok',
    finding: `${process.version} on ${process.platform} ${process.arch}`,
    advice: null,
  };
}

/** The data base, and what only its rows can tell. */
async function checkRows({ config, open }: Site): Promise<readonly Check[]> {
  const where =
    config.database.engine === 'sqlite' ? `SQLite, ${config.database.file}` : 'Postgres, of SPRINTLAB_DATABASE_URL';
  try {
    const application = await open();
    return [
      { name: 'data base', state: 'ok', finding: `${where}, migrated`, advice: null },
      await checkEvents(application),
      await checkMlflow(application),
    ];
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return [{ name: 'data base', state: 'failed', finding: where, advice: error.message }];
  }
}

/** Without MLflow trials go on, and what it was not told waits. */
async function checkMlflow({ tracking }: Application): Promise<Check> {
  const name = 'mlflow';
  if (tracking === null)
    return {
      name,
      state: 'ok',
      finding: 'not named; MLFLOW_TRACKING_URI names one, which is then told everything',
      advice: null,
    };
  const { url, pending, broken } = await tracking.standing();
  const waiting = pending === 0 ? 'nothing waits' : `${pending} events wait`;
  try {
    const { version } = await tracking.mirror.connect();
    const [refused] = broken;
    if (refused === undefined) return { name, state: 'ok', finding: `${version} at ${url}, ${waiting}`, advice: null };
    const finding = `${version} at ${url}, ${waiting}; ${broken.length} runs are set aside, ${refused.subject}: ${refused.problem}`;
    return { name, state: 'warning', finding, advice: '`sprintlab mlflow sync` repairs them' };
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return { name, state: 'warning', finding: `${waiting}, and nothing is lost`, advice: error.message };
  } finally {
    await tracking.mirror.close();
  }
}

/** Without Redis work goes on, so that a silent server is worth a warning. */
async function checkQueue({ config: { queue } }: Site): Promise<Check> {
  const name = 'queue';
  if (queue.kind === 'embedded') return { name, state: 'ok', finding: 'stages wait in the data base', advice: null };
  const where = 'Redis, of SPRINTLAB_QUEUE_URL';
  const problem = await problemAtRedis(queue.url);
  if (problem === null) return { name, state: 'ok', finding: `${where}, answers`, advice: null };
  const finding = `${where}: ${PROBLEMS[problem]}; workers claim from the data base meanwhile`;
  return { name, state: 'warning', finding, advice: 'start the server, or correct or unset SPRINTLAB_QUEUE_URL' };
}

const PROBLEMS: Readonly<Record<RedisProblem, string>> = {
  silent: 'nothing answers at its host and port',
  refused: 'the user or the password is wrong',
};

async function checkStore({ config }: Site): Promise<Check> {
  const folder = config.artifactsFolder;
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return { name: 'artifacts', state: 'ok', finding: `${folder} is writable`, advice: null };
  } catch {
    return {
      name: 'artifacts',
      state: 'failed',
      finding: `${folder} is not writable`,
      advice: 'change its rights, or set SPRINTLAB_HOME',
    };
  }
}

async function checkDisk({ config }: Site): Promise<Check> {
  const disk = await statfs(config.artifactsFolder).catch(() => null);
  if (disk === null) return { name: 'disk', state: 'warning', finding: 'its free space is not known', advice: null };
  const free = disk.bavail * disk.bsize;
  const isLow = free < LOW_DISK_BYTES;
  const advice = isLow ? 'free some space, or set SPRINTLAB_HOME to a larger disk' : null;
  return { name: 'disk', state: isLow ? 'warning' : 'ok', finding: `${formatBytes(free)} free for artifacts`, advice };
}

async function checkEvents(application: Application): Promise<Check> {
  const { events, brokenAt } = await application.events.verify();
  if (brokenAt === null)
    return { name: 'events', state: 'ok', finding: `${events} events, the chain is whole`, advice: null };
  const finding = `event ${brokenAt} does not follow from the one before it`;
  return {
    name: 'events',
    state: 'failed',
    finding,
    advice: 'somebody changed the data base by hand; restore a copy of it',
  };
}
