import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';

/** The core that both sides of every comparison run on. */
const CORE = '0';
/** What Linux counts the time of processes in. */
const TICKS_A_SECOND = 100;
/** Cores that others use above which the figures are not to be quoted. */
const BUSY_CORES = 0.15;

const canPin = spawnSync('taskset', ['-c', CORE, 'true']).status === 0;

/** The words of a command that runs on one core, where the system can pin it. */
export function pinned(command) {
  return canPin ? ['taskset', '-c', CORE, ...command] : command;
}

/** What the figures are taken on. */
export function describeMachine() {
  const cores = cpus();
  return {
    processor: cores[0]?.model ?? 'unknown processor',
    cores: cores.length,
    memoryBytes: totalmem(),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    pinnedTo: canPin ? `core ${CORE}` : null,
    loadAverage: loadavg(),
  };
}

export function machineLine({ processor, cores, memoryBytes, system, node, pinnedTo, loadAverage }) {
  const load = loadAverage.map((value) => value.toFixed(2)).join(' ');
  const place = pinnedTo === null ? 'NOT pinned (taskset is missing)' : `both sides pinned to ${pinnedTo}`;
  const memory = `${(memoryBytes / 1e9).toFixed(0)} GB`;
  return `Machine: ${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}; ${place}; load average ${load}`;
}

/**
 * Begins to watch. The function that it returns gives the cores that other processes used since then, in the mean: all that
 * was busy, less this process and those of its children that have ended. `null` where the system does not tell.
 */
export function watchOthers() {
  const begin = { busy: busySeconds(), own: ownSeconds(), at: performance.now() };
  return () => {
    const seconds = (performance.now() - begin.at) / 1000;
    const own = ownSeconds();
    if (own === null) return null;
    return Math.max(0, busySeconds() - begin.busy - (own - begin.own)) / seconds;
  };
}

export function othersLine(usedCores) {
  if (usedCores === null) return 'How busy other processes were is not known on this system.';
  const used = `During the run other processes used ${usedCores.toFixed(2)} of ${cpus().length} cores.`;
  return usedCores <= BUSY_CORES
    ? used
    : `WARNING: ${used} The times are those of a shared machine; of the ratios trust the median at most.`;
}

function busySeconds() {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

/** Of this process and of its children, counted when they end. */
function ownSeconds() {
  try {
    // The name in brackets may hold blanks; of what follows it, utime, stime, cutime, cstime are numbers 12 to 15.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_A_SECOND;
  } catch {
    return null;
  }
}
