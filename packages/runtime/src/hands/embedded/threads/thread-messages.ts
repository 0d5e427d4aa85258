import * as z from 'zod/mini'
import { evalProgram, fileProgram } from '../programs'

/** A program starts others that it talks to: threads (`worker_threads`), and programs of their own (`fork`). It numbers them; 0 is its own parent. */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const id = z.int().check(z.gte(0))
const signal = z.string().check(z.maxLength(16))
/** What is handed over with a value, not copied. */
const handed = z.array(z.custom<Transferable>((value) => typeof value === 'object' && value !== null))

/** Most threads and forks of one program at once. */
export const MAX_THREADS = 16

const kind = z.enum(['thread', 'fork'])
export type ThreadKind = z.infer<typeof kind>

const start = z.object({
  type: z.literal('thread.start'),
  id,
  kind,
  program: z.discriminatedUnion('type', [fileProgram, evalProgram]),
  argv: z.array(z.string()),
  execArgv: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cwd: z.string(),
  /** What it finds as its data. */
  data: z.optional(z.unknown()),
  handed,
})
export type ThreadStart = z.infer<typeof start>

/** To the other side: a value for the thread of that number, or for the parent. */
const post = z.object({ type: z.literal('thread.post'), id, value: z.optional(z.unknown()), handed })

/** From the program. */
export const threadSaid = [start, post, z.object({ type: z.literal('thread.end'), id, signal: z.optional(signal) })] as const
const said = z.discriminatedUnion('type', threadSaid)
export type ThreadSaid = z.infer<typeof said>

/** To the program. */
export const threadTold = [
  post,
  z.object({ type: z.literal('thread.output'), id, stream: z.enum(['stdout', 'stderr']), bytes }),
  z.object({ type: z.literal('thread.exit'), id, code: z.nullable(z.int()), signal: z.nullable(signal) }),
] as const
const told = z.discriminatedUnion('type', threadTold)
export type ThreadTold = z.infer<typeof told>

/** What a program that is one is told at its start. */
export const threadSelf = z.object({ id, kind, data: z.optional(z.unknown()) })

/** Whether it is about threads. */
export function isThreadMessage<Message extends { readonly type: string }>(
  message: Message,
): message is Extract<Message, { readonly type: `thread.${string}` }> {
  return message.type.startsWith('thread.')
}
