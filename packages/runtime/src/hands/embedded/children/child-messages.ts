import * as z from 'zod/mini'

/** A program starts commands of the sandbox as its children: what the two sides say. The program numbers them. */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const shared = z.custom<SharedArrayBuffer>((value) => typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer)
const id = z.int().check(z.gte(1))
const signal = z.string().check(z.maxLength(16))

/** Most children of one program at once. */
export const MAX_CHILDREN = 64
/** Pieces of a child's output that the program has not taken. */
export const CHILD_PIECES_AHEAD = 16

const way = z.enum(['pipe', 'ignore', 'inherit'])
export type StdioWay = z.infer<typeof way>

const start = z.object({
  type: z.literal('child.start'),
  id,
  /** Words of the command, or of a shell's script and its `$0 $1 …`. */
  argv: z.array(z.string()).check(z.minLength(1)),
  isScript: z.boolean(),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  stdio: z.tuple([way, way, way]),
  timeoutMs: z.number(),
  killSignal: signal,
  /** Somebody waits for its end in the middle of a function: two numbers, whether it ended and how long its result is. */
  shared: z.optional(shared),
  /** All of its standard input, for one that is waited for. */
  input: z.optional(bytes),
})
export type ChildStart = z.infer<typeof start>

/** From the program. */
export const childSaid = [
  start,
  z.object({ type: z.literal('child.input'), id, bytes }),
  z.object({ type: z.literal('child.input-end'), id }),
  z.object({ type: z.literal('child.took'), id, stream: z.enum(['stdout', 'stderr']) }),
  z.object({ type: z.literal('child.kill'), id, signal }),
  /** Memory for the result of one that was waited for. */
  z.object({ type: z.literal('child.result'), id, shared }),
] as const
const said = z.discriminatedUnion('type', childSaid)
export type ChildSaid = z.infer<typeof said>

/** How a child ended. */
const ended = {
  code: z.nullable(z.int()),
  signal: z.nullable(signal),
  /** There was no such program, or no such folder. Nothing ran. */
  missing: z.boolean(),
  timedOut: z.boolean(),
}
export const childEnd = z.object(ended)
export type ChildEnd = z.infer<typeof childEnd>

/** To the program. */
export const childTold = [
  z.object({ type: z.literal('child.output'), id, stream: z.enum(['stdout', 'stderr']), bytes }),
  z.object({ type: z.literal('child.exit'), id, ...ended }),
] as const
const told = z.discriminatedUnion('type', childTold)
export type ChildTold = z.infer<typeof told>

/** Whether a program speaks of its children. */
export function isChildSaid(message: { readonly type: string }): message is ChildSaid {
  return message.type.startsWith('child.')
}
