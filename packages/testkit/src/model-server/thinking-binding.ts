import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { rawElements, rawMember, withoutMarkers } from '../wire-linter'

/** Stands in a script where the server puts a signature that is bound to the conversation so far. */
export const SIGNATURE = '$signature'
const BETA = 'thinking-binding-controls-2026-08-01'

/** One entry of `input_transformations`. */
export interface Transformation {
  readonly type: 'thinking_dropped'
  readonly path: string
  readonly reason: 'model_binding_mismatch' | 'prefix_binding_mismatch'
}

/** What the check of a request's thinking comes to. */
export interface Bound {
  /** Put in place of {@link SIGNATURE} in the answer. */
  readonly signature: string
  /** The message of a 400: a block belongs to another conversation and the request does not allow to drop it. */
  readonly refusal: string | undefined
  /** Undefined where the request did not ask for the report. */
  readonly report: readonly Transformation[] | undefined
}

/**
 * Each block of thinking that this server signed is bound to the model and to everything before its message: `system`, `tools` and all
 * messages, byte for byte, cache markers aside. Signatures of other makes are not checked.
 * @param body the request with summaries spelled out
 */
export function checkThinking(body: string, headers: IncomingHttpHeaders): Bound {
  const plain = withoutMarkers(body)
  const model = String(JSON.parse(rawMember(plain, 'model') ?? '""'))
  const messages = rawElements(rawMember(plain, 'messages') ?? '[]')
  const report: Transformation[] = []
  let prefix = digest(`${rawMember(plain, 'system') ?? ''}\n${rawMember(plain, 'tools') ?? ''}`)
  for (const [at, message] of messages.entries()) {
    for (const [n, block] of blocksOf(message).entries()) {
      const reason = mismatch(block, { model, prefix })
      if (reason !== undefined) report.push({ type: 'thinking_dropped', path: `messages.${at}.content.${n}`, reason })
    }
    prefix = digest(`${prefix}\n${message}`)
  }
  const isAsked = String(headers['anthropic-beta'] ?? '').includes(BETA)
  const mayDrop = isAsked && (rawMember(plain, 'thinking') ?? '').includes('"prefix_mismatch_behavior":"drop_block"')
  const wrong = report.find(({ reason }) => reason === 'prefix_binding_mismatch')
  return {
    signature: `sig:${model}:${prefix}`,
    refusal:
      wrong && !mayDrop ? `${wrong.path}: Invalid signature in thinking block. The block is bound to a different conversation` : undefined,
    report: isAsked ? report : undefined,
  }
}

function mismatch(block: string, { model, prefix }: { model: string; prefix: string }): Transformation['reason'] | undefined {
  if (!block.includes('"type":"thinking"')) return undefined
  const [, signedBy, signedFor] = /"signature":"sig:([^:"]*):([0-9a-f]{16})"/.exec(block) ?? []
  if (signedBy === undefined) return undefined
  if (signedBy !== model) return 'model_binding_mismatch'
  return signedFor === prefix ? undefined : 'prefix_binding_mismatch'
}

function blocksOf(message: string): readonly string[] {
  const content = rawMember(message, 'content') ?? ''
  return content.startsWith('[') ? rawElements(content) : []
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
