/**
 * Format of a stored event (its field `v`). A log with a larger number was written by a newer build and is opened read-only.
 * Any change of the schemas raises it and adds a step to `migrate.ts`; `version.test.ts` fails until both are done.
 */
export const LOG_FORMAT = 2

/** Digest of the schemas of each format, as `version.test.ts` computes it. Entries of released formats never change. */
export const SCHEMA_DIGESTS: { readonly [format: number]: string } = {
  1: '840020edc18c74ccd11468a3f105ca2c75e630f0514a4b847e592e096d0b02e8',
  2: 'b3fab4f37703e346099077412ab3c2191614f508a395a284153d927bf9c69baf',
}
