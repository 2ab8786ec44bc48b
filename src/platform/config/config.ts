import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { nearestWord } from '#kernel/nearest-word.ts';
import { DomainError, formatPlace, placeOf, type Place } from '#kernel/domain-error.ts';
import type { MlflowTarget } from '#platform/mlflow/mlflow-target.ts';
import { readConfigFile, type LlmProviders } from './config-file.ts';
import { readMlflowTarget } from './mlflow-variables.ts';

/** What the rest of the code sees of the environment: domain words, never variable names. */
export interface Config {
  readonly database: DatabaseTarget;
  /** The folder of the artifacts, absolute. */
  readonly artifactsFolder: string;
  /** Where ready stages wait for a worker: in the data base, or in Redis. */
  readonly queue: QueueTarget;
  /** The most memory that the process of one stage may hold. */
  readonly stageMemoryBytes: number;
  /** By the name that manifests use. */
  readonly llms: LlmProviders;
  /** Where everything is mirrored; `null` for nowhere. */
  readonly mlflow: MlflowTarget | null;
  /** How the server lets people in. */
  readonly access: AccessRules;
  /** The server that the command line speaks to in place of a home; `null` for none. */
  readonly server: ServerTarget | null;
}

export interface ServerTarget {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | null;
}

export interface AccessRules {
  /** Whoever asks needs a token; without, the server listens on 127.0.0.1 only. */
  readonly hasAccounts: boolean;
  /** Requests of one address a minute; 0 for no limit. */
  readonly requestsPerMinute: number;
  /** Pages of other sites that may ask, by their origin; none unless they are named. */
  readonly origins: readonly string[];
}

export type DatabaseTarget =
  { readonly engine: 'sqlite'; readonly file: string } | { readonly engine: 'postgres'; readonly url: string };

export type QueueTarget = { readonly kind: 'embedded' } | { readonly kind: 'redis'; readonly url: string };

export class UnusableEnvironmentError extends DomainError<'UNUSABLE_ENVIRONMENT'> {
  constructor(places: readonly Place[]) {
    super('UNUSABLE_ENVIRONMENT', `The environment is not usable:\n${places.map(formatPlace).join('\n')}`, places);
  }
}

const environmentSchema = z.object({
  SPRINTLAB_HOME: z.string().trim().min(1, 'is empty; name a folder, or unset it').optional(),
  SPRINTLAB_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'must be postgres://user:password@host:port/database; unset it to use SQLite')
    .optional(),
  SPRINTLAB_QUEUE_URL: z
    .string()
    .regex(/^rediss?:\/\/\S+$/, 'must be redis://user:password@host:port/number; unset it to queue in the data base')
    .optional(),
  SPRINTLAB_STAGE_MEMORY: z
    .string()
    .regex(/^\d{3,7}$/, 'must be a number of mebibytes from 100, such as 4096; unset it for half of the machine')
    .optional(),
  SPRINTLAB_AUTH: z.enum(['none', 'tokens'], 'must be none or tokens').optional(),
  SPRINTLAB_RATE_LIMIT: z
    .string()
    .regex(/^\d{1,7}$/, 'must be a number of requests a minute of one address, 0 for no limit')
    .optional(),
  SPRINTLAB_CORS_ORIGINS: z
    .string()
    .regex(
      /^https?:\/\/[^\s,/]+(,https?:\/\/[^\s,/]+)*$/,
      'must be origins such as https://lab.example.org, with commas between',
    )
    .optional(),
  SPRINTLAB_URL: z
    .string()
    .regex(
      /^https?:\/\/[^\s/@]+(\/[^\s?#]*)?$/,
      'must be the address of a server, such as http://127.0.0.1:7077, without credentials; unset it to use a home',
    )
    .optional(),
  SPRINTLAB_TOKEN: z.string().regex(/^\S+$/, 'must be a token as `sprintlab tokens create` prints it').optional(),
  SPRINTLAB_CONFIG: z.string().trim().min(1, 'is empty; name a YAML file, or unset it').optional(),
});

const KNOWN = Object.keys(environmentSchema.shape);
const PREFIX = 'SPRINTLAB_';
const MEBIBYTE = 1024 * 1024;

/**
 * The configuration, read once.
 * @throws UnusableEnvironmentError naming every mistake at once; the value of a variable is never repeated, since it may hold a secret.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>, workingFolder: string): Config {
  const parsed = environmentSchema.safeParse(environment);
  const file = readConfigFile(parsed.data?.SPRINTLAB_CONFIG && resolve(workingFolder, parsed.data.SPRINTLAB_CONFIG));
  const ofVariables = parsed.success ? [] : parsed.error.issues.map(toPlace);
  const mlflow = readMlflowTarget(environment, workingFolder);
  const mistakes = [...unknownVariables(environment), ...ofVariables, ...file.mistakes, ...mlflow.mistakes];
  if (!parsed.success || file.providers === null || mistakes.length > 0) throw new UnusableEnvironmentError(mistakes);
  const { SPRINTLAB_HOME: home, SPRINTLAB_DATABASE_URL: url, SPRINTLAB_QUEUE_URL: queue } = parsed.data;
  const memory = parsed.data.SPRINTLAB_STAGE_MEMORY;
  const databaseFolder = home === undefined ? resolve(workingFolder, '.sprintlab') : resolve(workingFolder, home);
  return {
    database:
      url === undefined
        ? { engine: 'sqlite', file: join(databaseFolder, 'sprintlab.db') }
        : { engine: 'postgres', url },
    artifactsFolder: home === undefined ? resolve(workingFolder, 'artifacts') : join(databaseFolder, 'artifacts'),
    queue: queueAt(queue),
    stageMemoryBytes: memoryOf(memory),
    llms: file.providers,
    mlflow: mlflow.target,
    access: accessOf(parsed.data),
    server: serverAt(parsed.data),
  };
}

/** More than a page that is looked at asks, less than what keeps a server from others. */
const REQUESTS_PER_MINUTE = 6_000;

function accessOf(variables: z.output<typeof environmentSchema>): AccessRules {
  const { SPRINTLAB_AUTH: auth, SPRINTLAB_RATE_LIMIT: limit, SPRINTLAB_CORS_ORIGINS: origins } = variables;
  return {
    hasAccounts: auth === 'tokens',
    requestsPerMinute: limit === undefined ? REQUESTS_PER_MINUTE : Number(limit),
    origins: origins?.split(',') ?? [],
  };
}

function serverAt({
  SPRINTLAB_URL: url,
  SPRINTLAB_TOKEN: token,
}: z.output<typeof environmentSchema>): ServerTarget | null {
  return url === undefined ? null : { url: url.replace(/\/+$/, ''), token: token ?? null };
}

function queueAt(url: string | undefined): QueueTarget {
  return url === undefined ? { kind: 'embedded' } : { kind: 'redis', url };
}

function memoryOf(mebibytes: string | undefined): number {
  return mebibytes === undefined ? totalmem() / 2 : Number(mebibytes) * MEBIBYTE;
}

/** A mistyped variable would otherwise be ignored in silence, and the run would go to the wrong home. */
function unknownVariables(environment: Readonly<Record<string, string | undefined>>): Place[] {
  const unknown = Object.keys(environment).filter((name) => name.startsWith(PREFIX) && !KNOWN.includes(name));
  return unknown.map((name) => {
    const suggestion = nearestWord(name, KNOWN);
    return placeOf({ path: name, problem: 'is not a variable of this version', allowed: KNOWN.join(', '), suggestion });
  });
}

function toPlace(issue: z.core.$ZodIssue): Place {
  return placeOf({ path: issue.path.join('.'), problem: issue.message });
}
