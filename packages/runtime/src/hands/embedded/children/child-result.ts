import * as z from 'zod/mini'
import { joined } from '../../../shell/text'
import type { TreeOp } from '../../../shell/tree/tree-node'
import { childEnd, type ChildEnd } from './child-messages'

/** All there is to tell of a child that was waited for; it crosses as bytes, because whoever waits hears no message. */
export interface ChildResult {
  readonly end: ChildEnd
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  /** What it, and others, did to the files. */
  readonly news: readonly TreeOp[]
}

const EMPTY = new Uint8Array()
const HEAD = 4

/** A head in JSON with the sizes of what follows it. */
export function packResult({ end, stdout, stderr, news }: ChildResult): Uint8Array {
  const parts = [stdout, stderr, ...news.map((op) => ('bytes' in op ? op.bytes : EMPTY))]
  const ops = news.map((op) => ('bytes' in op ? { ...op, bytes: undefined } : op))
  const head = new TextEncoder().encode(JSON.stringify({ end, ops, sizes: parts.map(({ length }) => length) }))
  const size = new Uint8Array(HEAD)
  new DataView(size.buffer).setUint32(0, head.length)
  return joined([size, head, ...parts])
}

const text = z.string()
const op = z.discriminatedUnion('type', [
  z.object({ type: z.literal('write'), path: text, mode: z.number() }),
  z.object({ type: z.literal('append'), path: text, mode: z.number() }),
  z.object({ type: z.literal('mkdir'), path: text }),
  z.object({ type: z.literal('remove'), path: text }),
  z.object({ type: z.literal('rename'), path: text, to: text }),
  z.object({ type: z.literal('link'), path: text, from: text }),
  z.object({ type: z.literal('symlink'), path: text, target: text }),
  z.object({ type: z.literal('mode'), path: text, mode: z.number() }),
  z.object({ type: z.literal('mtime'), path: text, mtime: z.number() }),
])
const shape = z.object({ end: childEnd, ops: z.array(op), sizes: z.array(z.number()) })

/** What {@link packResult} made. */
export function unpackResult(packed: Uint8Array): ChildResult {
  const length = new DataView(packed.buffer, packed.byteOffset).getUint32(0)
  const head: unknown = JSON.parse(new TextDecoder().decode(packed.slice(HEAD, HEAD + length)))
  const { end, ops, sizes } = z.parse(shape, head)
  let at = HEAD + length
  const [stdout = EMPTY, stderr = EMPTY, ...contents] = sizes.map((size) => {
    const part = packed.slice(at, at + size)
    at += size
    return part
  })
  const news = ops.map((one, n): TreeOp => (one.type === 'write' || one.type === 'append' ? { ...one, bytes: contents[n] ?? EMPTY } : one))
  return { end, stdout, stderr, news }
}
