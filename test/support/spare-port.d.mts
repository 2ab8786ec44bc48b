/** A port of this machine at which nothing listens. */
export function sparePort(): Promise<number>;
