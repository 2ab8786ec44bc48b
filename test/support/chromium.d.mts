import type { Browser } from 'playwright-core';

/** Starts the browser of this machine, installed from its package where it is missing; `null` where it cannot be had. */
export function startChromium(): Promise<Browser | null>;
