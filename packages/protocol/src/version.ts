/**
 * Format of a stored event (its field `v`). A log with a larger number was written by a newer build and is opened read-only.
 * Any change of the schemas raises it and adds a step to `migrate.ts`; `version.test.ts` fails until both are done.
 */
export const LOG_FORMAT = 5

/** Digest of the schemas of each format, as `version.test.ts` computes it. Entries of released formats never change. */
export const SCHEMA_DIGESTS: { readonly [format: number]: string } = {
  1: '840020edc18c74ccd11468a3f105ca2c75e630f0514a4b847e592e096d0b02e8',
  2: '9697eba5fd2625b219f6b1bdd46d6a52d842e30de9c026430c0172827ded010a',
  3: '9243fe843afb2ef6252409a983c84ae3e8713d2fb4c006b6c2a0d60eb1dda568',
  4: '6683622f98793b87fa6d2319ace9a4805054669958c35cccfae7802c2371f7dc',
  5: 'db7ae5a928f844fa06b552c2bc920833f097a9a5344d4c809810973a7a4a261c',
}
