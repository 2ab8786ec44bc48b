import { describe, expect, it } from 'vitest';
import { readMlflowTarget } from './mlflow-variables.ts';

const read = (environment: Readonly<Record<string, string>>) => readMlflowTarget(environment, '/tmp');
const problems = (environment: Readonly<Record<string, string>>): readonly string[] =>
  read({ MLFLOW_TRACKING_URI: 'http://mlflow:5000', ...environment }).mistakes.map(
    ({ path, problem }) => `${path ?? ''} ${problem}`,
  );

describe('the variables of MLflow', () => {
  it('name no server where there are none', () => {
    expect(read({})).toEqual({ target: null, mistakes: [] });
    expect(read({ MLFLOW_TRACKING_URI: ' ', MLFLOW_TRACKING_TOKEN: 'x' }).target).toBeNull();
  });

  it.each(['sqlite:///mlflow.db', './mlruns', 'databricks', 'file:///tmp'])('refuse %s, which is no server', (uri) => {
    expect(problems({ MLFLOW_TRACKING_URI: uri })).toEqual([expect.stringContaining('address of an MLflow server')]);
  });

  it('give a user with a password before a token, and also those of the address', () => {
    const credentials = (environment: Readonly<Record<string, string>>) =>
      read({ MLFLOW_TRACKING_URI: 'https://ann:p%40ss@mlflow/base/', ...environment }).target;
    expect(credentials({})).toMatchObject({
      url: 'https://mlflow/base',
      credentials: { kind: 'basic', user: 'ann', password: 'p@ss' },
    });
    const named = { MLFLOW_TRACKING_USERNAME: 'bob', MLFLOW_TRACKING_PASSWORD: 'pass', MLFLOW_TRACKING_TOKEN: 't' };
    expect(credentials(named)?.credentials).toEqual({ kind: 'basic', user: 'bob', password: 'pass' });
    const { target } = read({ MLFLOW_TRACKING_URI: 'http://mlflow', MLFLOW_TRACKING_TOKEN: 't' });
    expect(target?.credentials).toEqual({ kind: 'bearer', token: 't' });
  });

  it('name what is missing beside a user or a password, and a certificate that is none', () => {
    expect(problems({ MLFLOW_TRACKING_USERNAME: 'ann' })).toEqual([expect.stringMatching(/^MLFLOW_TRACKING_PASSWORD/)]);
    expect(problems({ MLFLOW_TRACKING_PASSWORD: 'x' })).toEqual([expect.stringMatching(/^MLFLOW_TRACKING_USERNAME/)]);
    expect(problems({ MLFLOW_TRACKING_SERVER_CERT_PATH: 'nowhere.pem' })).toEqual([
      expect.stringContaining('PEM file'),
    ]);
  });

  it('never repeat what they hold', () => {
    expect(JSON.stringify(read({ MLFLOW_TRACKING_URI: 'ftp://ann:secret@mlflow' }))).not.toContain('secret');
  });

  it('take proxies in either spelling', () => {
    const { target } = read({ MLFLOW_TRACKING_URI: 'http://m', https_proxy: 'http://p:1', NO_PROXY: 'localhost' });
    expect(target?.proxies).toEqual({ http: null, https: 'http://p:1', except: 'localhost' });
  });
});
