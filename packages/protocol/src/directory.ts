import * as z from 'zod/mini'

/**
 * What a tab and the worker of a directory of some machine (`tabwright hands`) say to each other beside the functions that agents call:
 * `<name>::hands::<word>`, with these payloads and answers. Both sides parse what the other sends.
 */
export type DirectoryWord = 'look' | 'read' | 'change' | 'run' | 'follow' | 'stop'

/** Of this form; a worker that offers another one is not listed. */
export const DIRECTORY_FORM = 1

/** Most that is kept in step with a directory; what is above is named and nothing runs. */
export const DIRECTORY_LIMITS = {
  files: 20_000,
  bytes: 200_000_000,
  /** Of one file; a larger one stays where it is. */
  file: 50_000_000,
  /** Bytes of contents in one call, either way: as base64 they fit a frame of the relay. */
  pack: 512 * 1024,
  /** Entries in one answer, and changes in one call: with all their keys they fit a frame of the relay. */
  page: 1_000,
} as const

/** Folders that stay where they are, whatever is in them: git's own, packages that were installed, and what the tab keeps for itself. */
export function staysThere(path: string): boolean {
  const segments = path.split('/')
  return segments[0] === '.tabwright' || segments.some((segment) => segment.toLowerCase() === '.git' || segment === 'node_modules')
}

/** Reads what the other side sent. */
export interface Read<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] } }
}

const path = z.string().check(z.minLength(1), z.maxLength(8192))
const kind = z.enum(['file', 'executable', 'symlink', 'folder'])
const permissions = z.int().check(z.gte(0), z.lte(0o777))
/** Says which state of a file was seen; another one means that somebody wrote it since. */
const stamp = z.string().check(z.maxLength(200))
const session = z.string().check(z.minLength(1), z.maxLength(200))
const size = z.number().check(z.gte(0))

const entry = z.strictObject({
  path,
  kind,
  permissions,
  mtime: z.number(),
  size,
  stamp,
  /** SHA-256 of the content, where it was asked for. */
  hash: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
})
/** One file of the directory, or a folder with nothing in it. */
export type DirectoryEntry = z.infer<typeof entry>

/** What there is. The first call looks; `of` and `from` take up the rest of that look. */
export const LOOK_ASKED = z.strictObject({
  hashes: z.optional(z.boolean()),
  of: z.optional(z.string()),
  from: z.optional(z.int().check(z.gte(0))),
})
export const LOOK_ANSWER = z.strictObject({
  look: z.string(),
  entries: z.array(entry),
  /** Of this look in all: entries, or what stays there where that is more. */
  count: z.int(),
  /** What stays there, with all that is below it. */
  left: z.array(z.string()),
  /** Files that git runs there by itself, from the directory on; at most 50. */
  hooks: z.optional(z.array(z.string().check(z.maxLength(300))).check(z.maxLength(50))),
  /** Why it was not looked at to its end. */
  tooMuch: z.optional(z.string()),
})

export const READ_ASKED = z.strictObject({
  items: z.array(z.strictObject({ path, offset: size })).check(z.maxLength(5_000)),
})
const part = z.union([
  z.strictObject({ path, offset: size, bytes: z.string(), size, stamp }),
  z.strictObject({ path, problem: z.string() }),
])
/** Contents as base64, as many as one answer holds; what is missing is asked for again. */
export const READ_ANSWER = z.strictObject({ parts: z.array(part) })

const seen = z.nullable(stamp)
const change = z.discriminatedUnion('type', [
  /** `above`: so many folders above it go with it where nothing else is in them. */
  z.strictObject({ type: z.literal('remove'), path, seen: stamp, above: z.int().check(z.gte(0)) }),
  z.strictObject({ type: z.literal('folder'), path, permissions }),
  /** The next bytes of a file that does not fit one call. */
  z.strictObject({ type: z.literal('part'), path, bytes: z.string(), isFirst: z.boolean() }),
  /** `seen`: the state that it replaces; `null`: nothing. */
  z.strictObject({
    type: z.literal('file'),
    path,
    seen,
    kind: z.enum(['file', 'executable', 'symlink']),
    permissions,
    mtime: z.number(),
    bytes: z.string(),
    hasParts: z.boolean(),
  }),
])
export type DirectoryChange = z.infer<typeof change>
export const CHANGE_ASKED = z.strictObject({ session, items: z.array(change).check(z.maxLength(5_000)) })
const changed = z.union([
  z.strictObject({ path, stamp: seen }),
  /** Somebody wrote it since it was seen: nothing was done. */
  z.strictObject({ path, stale: z.literal(true) }),
  z.strictObject({ path, problem: z.string() }),
])
/** One for each item, in their order; `null` where nothing is there now. */
export const CHANGE_ANSWER = z.strictObject({ items: z.array(changed) })

export const RUN_ASKED = z.strictObject({
  session,
  command: z.string().check(z.minLength(1), z.maxLength(200_000)),
  /** From `/workspace` on; where the shell stands when left out. */
  cwd: z.optional(z.string().check(z.maxLength(8192))),
  timeoutMs: z.int().check(z.gte(1), z.lte(600_000)),
})
export const RUN_ANSWER = z.union([
  z.strictObject({ run: z.string() }),
  /** Nothing was run. */
  z.strictObject({ refused: z.string(), cwd: z.string() }),
])

export const FOLLOW_ASKED = z.strictObject({ run: z.string() })
export const FOLLOW_ANSWER = z.strictObject({
  pieces: z.array(z.tuple([z.enum(['stdout', 'stderr']), z.string()])),
  end: z.optional(
    z.strictObject({
      exitCode: z.int(),
      cwd: z.string(),
      cut: z.optional(z.enum(['timeout', 'stopped'])),
      /** Sentences about what does not carry over. */
      notes: z.array(z.string()),
    }),
  ),
})

export const STOP_ASKED = z.strictObject({ run: z.string() })

export type LookAsked = z.infer<typeof LOOK_ASKED>
export type LookAnswer = z.infer<typeof LOOK_ANSWER>
export type ReadAnswer = z.infer<typeof READ_ANSWER>
export type ChangeAnswer = z.infer<typeof CHANGE_ANSWER>
export type RunAsked = z.infer<typeof RUN_ASKED>
export type RunAnswer = z.infer<typeof RUN_ANSWER>
export type FollowAnswer = z.infer<typeof FOLLOW_ANSWER>
