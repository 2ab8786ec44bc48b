import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { placeOf, type Place } from '#kernel/domain-error.ts';
import type { MlflowCredentials, MlflowTarget } from '#platform/mlflow/mlflow-target.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadMlflowTarget {
  /** `null` where no server is named. */
  readonly target: MlflowTarget | null;
  readonly mistakes: readonly Place[];
}

/** The server in MLflow's own variables, with every mistake in them. Values are never repeated: they may hold secrets. */
export function readMlflowTarget(environment: Environment, workingFolder: string): ReadMlflowTarget {
  const uri = given(environment, 'MLFLOW_TRACKING_URI');
  if (uri === null) return { target: null, mistakes: [] };
  const url = serverUrl(uri);
  if (url === null) return { target: null, mistakes: [placeOf({ path: 'MLFLOW_TRACKING_URI', problem: NO_SERVER })] };
  const certificate = certificateFile(environment, workingFolder);
  const credentials = credentialsOf(environment, url);
  const mistakes = [...certificate.mistakes, ...credentials.mistakes];
  const target: MlflowTarget = {
    url: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    credentials: credentials.credentials,
    isInsecure: given(environment, 'MLFLOW_TRACKING_INSECURE_TLS')?.toLowerCase() === 'true',
    certificateFile: certificate.file,
    proxies: {
      http: proxy(environment, 'HTTP_PROXY'),
      https: proxy(environment, 'HTTPS_PROXY'),
      except: proxy(environment, 'NO_PROXY'),
    },
  };
  return { target, mistakes };
}

const NO_SERVER =
  'must be the address of an MLflow server, such as http://127.0.0.1:5000; folders and data bases are for MLflow itself. ' +
  'Unset it to work without MLflow';

function serverUrl(uri: string): URL | null {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  return url !== null && ['http:', 'https:'].includes(url.protocol) ? url : null;
}

/** As MLflow's client has it: a user with a password before a token. They may stand in the address as well. */
function credentialsOf(
  environment: Environment,
  url: URL,
): { readonly credentials: MlflowCredentials; readonly mistakes: readonly Place[] } {
  const user = given(environment, 'MLFLOW_TRACKING_USERNAME') ?? decoded(url.username);
  const password = given(environment, 'MLFLOW_TRACKING_PASSWORD') ?? decoded(url.password);
  if (user !== null && password !== null) return { credentials: { kind: 'basic', user, password }, mistakes: [] };
  const token = given(environment, 'MLFLOW_TRACKING_TOKEN');
  const credentials: MlflowCredentials = token === null ? { kind: 'none' } : { kind: 'bearer', token };
  if (user === null && password === null) return { credentials, mistakes: [] };
  const path = user === null ? 'MLFLOW_TRACKING_USERNAME' : 'MLFLOW_TRACKING_PASSWORD';
  return {
    credentials,
    mistakes: [placeOf({ path, problem: 'is missing beside the other one; set both, or neither' })],
  };
}

/** A part of an address; what is no percent-encoding is meant as it stands. */
function decoded(part: string): string | null {
  if (part === '') return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function certificateFile(
  environment: Environment,
  workingFolder: string,
): { readonly file: string | null; readonly mistakes: readonly Place[] } {
  const path = 'MLFLOW_TRACKING_SERVER_CERT_PATH';
  const named = given(environment, path);
  if (named === null) return { file: null, mistakes: [] };
  const file = resolve(workingFolder, named);
  try {
    if (readFileSync(file, 'utf8').includes('-----BEGIN CERTIFICATE-----')) return { file, mistakes: [] };
  } catch {
    // The same message: what is no file has no certificate either.
  }
  return {
    file: null,
    mistakes: [placeOf({ path, problem: 'must name a readable PEM file with the certificate of the authority' })],
  };
}

/** Programs read these in either spelling. */
function proxy(environment: Environment, name: string): string | null {
  return given(environment, name.toLowerCase()) ?? given(environment, name);
}

function given(environment: Environment, name: string): string | null {
  const value = environment[name]?.trim() ?? '';
  return value === '' ? null : value;
}
