import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { formatBytes, renderTable } from '../table.ts';
import { EXIT } from '../exit-codes.ts';
import { verb, type AddVerb, type Workplace } from '../verb.ts';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly finding: string;
  /** What to do; `null` when all is well. */
  readonly advice: string | null;
}

const LOW_DISK_BYTES = 2e9;

export const addDoctor: AddVerb = (program, perform) => {
  const command = verb(
    'doctor',
    'what is installed, reachable and writable, and what to do about what is not',
    'sprintlab doctor',
  ).action((options: { json?: boolean }) =>
    perform(options, async (workplace) => {
      const checks = [
        checkNode(),
        checkDatabase(workplace),
        await checkStore(workplace),
        await checkDisk(workplace),
        await checkEvents(workplace),
      ];
      const healthy = checks.every(({ state }) => state !== 'failed');
      const table = renderTable(checks, [
        { title: 'check', of: ({ name }) => name },
        { title: 'state', of: ({ state }) => state },
        { title: 'finding', of: ({ finding, advice }) => (advice === null ? finding : `${finding} → ${advice}`) },
      ]);
      return { json: { healthy, checks }, text: `${table}\n`, exitCode: healthy ? EXIT.done : EXIT.failed };
    }),
  );
  program.addCommand(command);
};

function checkNode(): Check {
  return {
    name: 'node',
    state: 'ok',
    finding: `${process.version} on ${process.platform} ${process.arch}`,
    advice: null,
  };
}

/** That the verb runs at all means that the data base was opened and migrated. */
function checkDatabase({ config }: Workplace): Check {
  const where =
    config.database.engine === 'sqlite' ? `SQLite, ${config.database.file}` : 'Postgres, of SPRINTLAB_DATABASE_URL';
  return { name: 'data base', state: 'ok', finding: `${where}, migrated`, advice: null };
}

async function checkStore({ config }: Workplace): Promise<Check> {
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

async function checkDisk({ config }: Workplace): Promise<Check> {
  const { bavail, bsize } = await statfs(config.artifactsFolder);
  const free = bavail * bsize;
  const isLow = free < LOW_DISK_BYTES;
  const advice = isLow ? 'free some space, or set SPRINTLAB_HOME to a larger disk' : null;
  return { name: 'disk', state: isLow ? 'warning' : 'ok', finding: `${formatBytes(free)} free for artifacts`, advice };
}

async function checkEvents({ application }: Workplace): Promise<Check> {
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
