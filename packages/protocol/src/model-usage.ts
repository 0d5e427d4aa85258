import type { Bill, Usage } from './content'
import { isJsonObject, type Json, type JsonObject } from './json'

/** What a request took, as far as the provider told. */
export interface Billing {
  /** What fills the window: of the iteration that gave the answer, where several ran. */
  readonly usage: Usage
  /** Every iteration, where there is more to pay than `usage`. A model without a name is the one that was asked. */
  readonly bills?: readonly Bill[]
  /** The model that gave the answer in place of the one that was asked. */
  readonly servedBy?: string
}

const NOTHING: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

/** Before the provider said anything. */
export const NO_BILLING: Billing = { usage: NOTHING }

/** Numbers are totals so far, not increments: what is there overwrites, what is missing or null stays. */
export function withUsage(before: Billing, told: Json | undefined): Billing {
  if (!isJsonObject(told)) return before
  const total = usageOf(before.usage, told)
  const iterations = told['iterations']
  if (!Array.isArray(iterations)) return { ...before, usage: total }
  const steps = iterations.filter(isJsonObject).map((step) => ({ type: step['type'], bill: billOf(step) }))
  const last = steps.findLast(({ type }) => type === 'message' || type === 'fallback_message')
  // Only a summary was made: its tokens are in no total.
  if (!last) return { ...before, usage: total, ...(steps.length > 0 && { bills: steps.map(({ bill }) => bill) }) }
  const { model } = last.bill
  return {
    usage: last.bill.usage,
    ...(steps.length > 1 && { bills: steps.map(({ bill }) => bill) }),
    ...(model !== '' && { servedBy: model }),
  }
}

function billOf(step: JsonObject): Bill {
  const model = step['model']
  return { model: typeof model === 'string' ? model : '', usage: usageOf(NOTHING, step) }
}

function usageOf(before: Usage, told: JsonObject): Usage {
  const count = (from: JsonObject, key: string, old: number): number => {
    const value = from[key]
    return typeof value === 'number' && value >= 0 ? value : old
  }
  const split = told['cache_creation']
  const hour = isJsonObject(split) ? count(split, 'ephemeral_1h_input_tokens', before.cacheWriteHour ?? 0) : (before.cacheWriteHour ?? 0)
  return {
    input: count(told, 'input_tokens', before.input),
    output: count(told, 'output_tokens', before.output),
    cacheRead: count(told, 'cache_read_input_tokens', before.cacheRead),
    cacheWrite: count(told, 'cache_creation_input_tokens', before.cacheWrite),
    ...(hour > 0 && { cacheWriteHour: hour }),
  }
}
