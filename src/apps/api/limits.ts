/** More than any request of ours, less than what hurts. */
export const BODY_LIMIT_BYTES = 1024 * 1024;
/** Of a part of an address: longer than any name, so that a long one is told what is wrong with it. */
export const PARAMETER_LENGTH = 5_000;
/** A filter may fill an address. */
export const HEADER_LIMIT_BYTES = 64 * 1024;
