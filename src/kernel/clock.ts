/** The time of day, handed in: pure code never asks the machine. Tenants: the system's clock and a fixed one for tests. */
export abstract class Clock {
  abstract now(): Date;
}
