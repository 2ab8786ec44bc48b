import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const run = promisify(execFile);
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const OPTIONS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the browser of this machine, which is installed from its package where it is missing. @returns null where it cannot be had */
export async function startChromium() {
  const executablePath = (await installedPath()) ?? (await install());
  if (executablePath === null) return null;
  return chromium.launch({ executablePath, args: OPTIONS });
}

async function install() {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update']).catch(() => undefined);
  await run('apt-get', ['install', '-y', 'chromium'], { env: environment }).catch(() => undefined);
  return installedPath();
}

async function installedPath() {
  for (const name of NAMES) {
    const path = await run('which', [name]).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
    if (path !== '') return path;
  }
  return null;
}
