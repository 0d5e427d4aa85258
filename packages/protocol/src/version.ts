/**
 * Format of a stored event (its field `v`). A log with a larger number was written by a newer build and is opened read-only.
 * Any change of the schemas raises it and adds a step to `migrate.ts`; `version.test.ts` fails until both are done.
 */
export const LOG_FORMAT = 1

/** Digest of the schemas of each format, as `version.test.ts` computes it. Entries of released formats never change. */
export const SCHEMA_DIGESTS: { readonly [format: number]: string } = {
  1: 'c7b6c534e9f418d939e0ee03cb5d6e63bcf4a0bbbbf614d745db5de3eecfbca9',
}
