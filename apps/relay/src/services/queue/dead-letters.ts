import type { Json } from '@tabwright/protocol'
import type { BuiltIn } from '../../engine/built-in'
import { fieldsOf, type Fields } from '../../engine/fields'
import type { Lane } from '../../stores/queue-store'
import { checkName, durable, type ServiceParts } from '../parts'

const PAGE = 50
const LONGEST_PAGE = 500

/** A dead letter is looked at, begun again or thrown away by its queue's name; those of triggers lie under `engine::`. */
export function deadLetters(parts: ServiceParts, wake: (lane: Lane) => void): readonly BuiltIn[] {
  const { queue } = parts.stores
  const name = (id: string, data: Json | undefined) => anyQueue(fieldsOf(id, data), parts)
  const redrive = async (from: string, id?: string): Promise<number> => {
    const redriven = await durable(queue.redrive(from, id))
    if (redriven > 0) for (const lane of await queue.lanes()) if (lane.queue === from) wake(lane)
    return redriven
  }
  const [all, one] = ['iii::queue::redrive', 'iii::queue::redrive_message'] as const
  const [discardAll, discard] = ['iii::queue::discard', 'iii::queue::discard_message'] as const
  const whole = { type: 'object', properties: { queue: { type: 'string' } }, required: ['queue'] }
  const single = {
    type: 'object',
    properties: { queue: { type: 'string' }, message_id: { type: 'string' } },
    required: ['queue', 'message_id'],
  }
  return [
    listing(parts),
    {
      id: all,
      description: 'All dead letters of a queue begin again.',
      request: whole,
      run: async (data) => ({ queue: name(all, data), redriven: await redrive(name(all, data)) }),
    },
    {
      id: one,
      description: 'One dead letter begins again.',
      request: single,
      run: async (data) => {
        const id = fieldsOf(one, data).text('message_id')
        return { queue: name(one, data), message_id: id, redriven: await redrive(name(one, data), id) }
      },
    },
    {
      id: discardAll,
      description: 'All dead letters of a queue are deleted, also those that came since somebody looked.',
      request: whole,
      run: async (data) => ({ queue: name(discardAll, data), discarded: await durable(queue.discard(name(discardAll, data))) }),
    },
    {
      id: discard,
      description: 'One dead letter is deleted.',
      request: single,
      run: async (data) => {
        const id = fieldsOf(discard, data).text('message_id')
        return { queue: name(discard, data), message_id: id, discarded: (await durable(queue.discard(name(discard, data), id))) > 0 }
      },
    },
  ]
}

function listing(parts: ServiceParts): BuiltIn {
  const list = 'engine::queue::dlq_messages'
  return {
    id: list,
    description: 'Dead letters of a queue with the reasons, oldest first.',
    request: { type: 'object', properties: { topic: { type: 'string' }, offset: { type: 'integer' }, limit: { type: 'integer' } } },
    run: async (data) => {
      const fields = fieldsOf(list, data)
      const page = {
        offset: bounded(fields.maybeNumber('offset') ?? 0, Number.MAX_SAFE_INTEGER),
        limit: bounded(fields.maybeNumber('limit') ?? PAGE, LONGEST_PAGE),
      }
      const found = await parts.stores.queue.dead(anyQueue(fields, parts), page)
      return fitting(found.map(deadLetter))
    },
  }
}

/** Also one of the relay's own: what triggers could not deliver lies there. */
function anyQueue(fields: Fields, { limits }: ServiceParts): string {
  return checkName('topic', fields.maybeText('topic') ?? fields.maybeText('queue') ?? '', limits)
}

function bounded(value: number, most: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(Math.floor(value), 0), most) : 0
}

function deadLetter(one: {
  id: string
  functionId: string
  payload: Json
  attempts: number
  diedAt: number
  reasons: readonly { at: number; message: string }[]
}): Json {
  return {
    id: one.id,
    function_id: one.functionId,
    payload: one.payload,
    error: one.reasons.at(-1)?.message ?? '',
    reasons: one.reasons.map(({ at, message }) => ({ at, message })),
    failed_at: one.diedAt,
    retries: one.attempts,
    size_bytes: Buffer.byteLength(JSON.stringify(one.payload)),
  }
}

/** As many as go into one frame; the caller asks for the next with a higher offset. */
function fitting(all: readonly Json[]): Json {
  const most = 900 * 1024
  let bytes = 0
  const end = all.findIndex((one) => (bytes += Buffer.byteLength(JSON.stringify(one))) > most)
  return end === -1 ? all : all.slice(0, Math.max(end, 1))
}
