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
  readonly terminal: string
}

const NAME = 'live-1'

/** That message as it goes over the channel. */
export function liveEnvelope(message: LiveMessage): unknown {
  return { type: NAME, message }
}

/** A message of another tab; undefined for those of another build, which may mean something else by it. */
export function parseLive(data: unknown): LiveMessage | undefined {
  if (!isRecord(data) || data['type'] !== NAME || !isRecord(data['message'])) return undefined
  const { anchor, i, whole, deltas, output, terminal } = data['message']
  const fits = typeof anchor === 'number' && typeof i === 'number' && typeof whole === 'boolean' && typeof terminal === 'string'
  if (!fits || !Array.isArray(deltas) || !Array.isArray(output)) return undefined
  return { anchor, i, whole, terminal, deltas: deltas as readonly LiveUpdate[], output: output as readonly LiveUpdate[] }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
