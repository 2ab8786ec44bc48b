export interface RedisServer {
  /** `redis://…` */
  readonly url: string;
  /** Forgets everything. */
  flush(): Promise<void>;
  /** Ends at once, with all that it knew: nothing is on disk. */
  stop(): Promise<void>;
  /** Neither answers nor hangs up, as a server whose machine is stuck. `thaw` has it go on. */
  freeze(): void;
  thaw(): void;
  /** At the same address, empty. */
  startAgain(): Promise<void>;
}
/** A private server on a spare port, in memory only; never one that already runs on this machine. */
export function startRedis(): Promise<RedisServer>;
