import * as z from 'zod/mini'

/**
 * Programs that run in another place than the kernel, on the same files. The kernel tells what was done to its files when one starts, and
 * gets what the program did to them when it ends.
 */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const id = z.int().check(z.gte(1))
const text = z.string().check(z.maxLength(1_000_000))

/** Most bytes of standard input that a program elsewhere is started with. */
export const MAX_AWAY_INPUT = 16 * 1024 * 1024
/** Most bytes of output in one message, and most messages that the kernel has not taken. */
export const MAX_AWAY_PIECE = 262_144
export const AWAY_AHEAD = 8
/** Most programs elsewhere at once. */
export const MAX_AWAY = 64

/** Kernel to host. `files` are what changed since the host heard of them last. */
export const awaySaid = <T extends z.ZodMiniObject>(files: T) =>
  [
    z.extend(files, {
      type: z.literal('away.start'),
      id,
      argv: z.array(text).check(z.minLength(1), z.maxLength(100_000)),
      env: z.record(text, text),
      cwd: z.string().check(z.maxLength(4096)),
      input: z.optional(bytes.check(z.refine((value) => value.length <= MAX_AWAY_INPUT))),
    }),
    /** A piece of output was taken. */
    z.object({ type: z.literal('away.took'), id }),
    /** It is to end. */
    z.object({ type: z.literal('away.stop'), id }),
  ] as const

/** Host to kernel. */
export const awayTold = <T extends z.ZodMiniObject>(files: T) =>
  [
    /** Commands that run elsewhere from now on, and such as are not there at all. */
    z.object({ type: z.literal('away.commands'), names: z.array(z.string()), missing: z.array(z.string()) }),
    z.object({ type: z.literal('away.output'), id, stream: z.enum(['stdout', 'stderr']), bytes }),
    /** Over, with what it did to the files. */
    z.extend(files, { type: z.literal('away.end'), id, code: z.int().check(z.gte(0), z.lte(255)) }),
  ] as const
