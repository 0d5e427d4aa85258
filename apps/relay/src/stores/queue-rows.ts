import { isJsonObject, type Json } from '@tabwright/protocol'
import type { DeadItem, Item, Origin, Reason } from './queue-store'
import { parseJson, rowOf } from './rows'

/** How an item lies there: to be delivered, later, behind another of its group, or not at all. */
export type Phase = 'ready' | 'later' | 'blocked' | 'dead'

const REASONS = 10
const REASON_CHARACTERS = 500

/** @throws TypeError where the row has another shape */
export function itemOf(given: unknown): Item {
  const row = rowOf(given)
  const [note, group, key] = ['note', 'grp', 'key'].map(row.optionalText)
  return {
    id: row.text('id'),
    queue: row.text('queue'),
    functionId: row.text('function_id'),
    payload: row.json('payload'),
    origin: originOf(row.json('origin')),
    ...(note !== undefined && { note: parseJson(note) }),
    ...(group !== undefined && { group }),
    ...(key !== undefined && { key }),
    isPublished: row.number('published') === 1,
    priority: row.number('priority'),
    due: row.number('due'),
    at: row.number('at'),
    attempts: row.number('attempts'),
    reasons: reasonsOf(row.json('reasons')),
  }
}

/** @throws TypeError where the row has another shape */
export function deadItemOf(given: unknown): DeadItem {
  return { ...itemOf(given), diedAt: rowOf(given).number('died_at') }
}

/** The newest reasons, short enough to be kept with the item. */
export function withReason(reasons: readonly Reason[], reason: Reason): string {
  return JSON.stringify([...reasons, { ...reason, message: reason.message.slice(0, REASON_CHARACTERS) }].slice(-REASONS))
}

function originOf(value: Json): Origin {
  if (!isJsonObject(value) || typeof value['as'] !== 'string' || typeof value['depth'] !== 'number') {
    throw new TypeError('the stores gave an item without its origin')
  }
  const { as, depth, traceparent, baggage } = value
  return {
    as,
    depth,
    ...(typeof traceparent === 'string' && { traceparent }),
    ...(typeof baggage === 'string' && { baggage }),
  }
}

function reasonsOf(value: Json): readonly Reason[] {
  if (!Array.isArray(value)) throw new TypeError('the stores gave an item without its reasons')
  const list: readonly Json[] = value
  return list.flatMap((one) =>
    isJsonObject(one) && typeof one['at'] === 'number' && typeof one['message'] === 'string'
      ? [{ at: one['at'], message: one['message'] }]
      : [],
  )
}
