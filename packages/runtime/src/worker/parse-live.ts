import { callId, type CallId } from '@tabwright/protocol'
import type { LiveUpdate } from '../core/live'

/** What streamed in the writer's tab since its last message. */
export interface LiveMessage {
  /** Number of the fact that what streams follows: newer facts of that kind void it. */
  readonly anchor: number
  /** Counts the messages behind one anchor, so that a lost one is noticed. */
  readonly i: number
  /** `deltas` are all since the anchor: whoever missed some is whole again. */
  readonly whole: boolean
  readonly deltas: readonly LiveUpdate[]
  /** Output of running calls, each piece once. */
  readonly output: readonly LiveUpdate[]
  /** What the person's terminal showed. */
  readonly terminal: string
  /** What the agent's commands showed. */
  readonly agentTerminal: string
}

const NAME = 'live-2'

/** That message as it goes over the channel. */
export function liveEnvelope(message: LiveMessage): unknown {
  return { type: NAME, message }
}

/** A message of another tab; undefined for those of another build, or of whoever else speaks there, which may mean something else by it. */
export function parseLive(data: unknown): LiveMessage | undefined {
  if (!isRecord(data) || data['type'] !== NAME || !isRecord(data['message'])) return undefined
  const { anchor, i, whole, deltas, output, terminal, agentTerminal } = data['message']
  if (
    !isNatural(anchor) ||
    !isNatural(i) ||
    typeof whole !== 'boolean' ||
    typeof terminal !== 'string' ||
    typeof agentTerminal !== 'string'
  )
    return undefined
  const [streamed, written] = [listOf(deltas, streamedIn), listOf(output, writtenIn)]
  return streamed && written && { anchor, i, whole, terminal, agentTerminal, deltas: streamed, output: written }
}

function listOf(list: unknown, read: (update: Record<string, unknown>) => LiveUpdate | undefined): readonly LiveUpdate[] | undefined {
  if (!Array.isArray(list)) return undefined
  const updates = list.flatMap((update: unknown) => (isRecord(update) ? (read(update) ?? []) : []))
  return updates.length === list.length ? updates : undefined
}

function streamedIn({ type, index, kind, text, id, name, ms }: Record<string, unknown>): LiveUpdate | undefined {
  if (type === 'silent') return typeof ms === 'number' ? { type, ms } : undefined
  const isKnown = kind === 'text' || kind === 'thinking' || kind === 'input'
  if (type !== 'delta' || !isNatural(index) || !isKnown || typeof text !== 'string') return undefined
  if ((id !== undefined && !isCall(id)) || (name !== undefined && typeof name !== 'string')) return undefined
  return { type, index, kind, text, ...(id !== undefined && { id }), ...(name !== undefined && { name }) }
}

function writtenIn({ type, call, text }: Record<string, unknown>): LiveUpdate | undefined {
  return type === 'output' && isCall(call) && typeof text === 'string' ? { type, call, text } : undefined
}

function isCall(value: unknown): value is CallId {
  try {
    return typeof value === 'string' && callId(value) === value
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
