import { sessionId, type Json, type SessionId } from '@tabwright/protocol'
import * as z from 'zod/mini'

// Zod would otherwise compile parsers with `new Function`, which the page's policy forbids and reports.
z.config({ jitless: true })

/** What a mirrored session is made of; inside the ciphertext. */
export interface MirrorHeadBody {
  readonly format: 'tabwright-mirror'
  readonly version: 1
  readonly session: SessionId
  readonly title: string
  readonly project: 'demo' | 'blank'
  readonly createdAt: number
  /** The writer's fence: whoever restores begins above it. */
  readonly epoch: number
  /** Number and hash of the newest mirrored fact. */
  readonly head: number
  readonly headHash: string
  /** Rows of each epoch of the wire. */
  readonly wire: readonly { readonly epoch: number; readonly rows: number }[]
  /** Archives in order, each in pieces. Each holds facts, rows and contents that came after those of the one before. */
  readonly parts: readonly (readonly string[])[]
  /** The list of files as of `head`. */
  readonly files: readonly string[]
  /** Wall clock of the browser that mirrored. */
  readonly at: number
}

const natural = z.int().check(z.gte(0))
const name = z.string().check(z.regex(/^[0-9a-f]{64}$/))

/** Strict: what this build does not know was written by another one. */
const MIRROR_HEAD_SCHEMA = z.strictObject({
  format: z.literal('tabwright-mirror'),
  version: z.literal(1),
  session: z.pipe(z.string().check(z.regex(/^[A-Za-z0-9_.:-]{1,128}$/)), z.transform(sessionId)),
  title: z.string(),
  project: z.enum(['demo', 'blank']),
  createdAt: z.number(),
  epoch: natural,
  head: natural,
  headHash: z.string().check(z.regex(/^([0-9a-f]{64})?$/)),
  wire: z.array(z.strictObject({ epoch: z.int().check(z.gte(1)), rows: natural })),
  parts: z.array(z.array(name)),
  files: z.array(name),
  at: z.number(),
})

/** The head in this text; undefined for one of another build. */
export function parseMirrorHead(text: string): MirrorHeadBody | undefined {
  const raw: Json = JSON.parse(text)
  const parsed = MIRROR_HEAD_SCHEMA.safeParse(raw)
  return parsed.success ? parsed.data : undefined
}
