import {
  DEFAULT_LIMITS,
  isJsonObject,
  LIMIT_UNITS,
  parseJson,
  type Amounts,
  type Json,
  type Limits,
  type LimitUnit,
} from '@tabwright/protocol'

/** Where the limits are kept. */
export const LIMITS_KEY = 'tabwright.limits'

/** As they are kept. */
export const limitsText = (limits: Limits): string => JSON.stringify(limits)

/** The defaults where nothing is kept, or nothing that can be read: a limit is never lost to a typing error. */
export function limitsOf(text: string | null): Limits {
  const kept = parseJson(text ?? '')
  if (kept === undefined || !isJsonObject(kept)) return DEFAULT_LIMITS
  return { turn: amountsOf(kept['turn']), session: amountsOf(kept['session']), day: amountsOf(kept['day']) }
}

function amountsOf(value: Json | undefined): Amounts {
  const all: Partial<Record<LimitUnit, number>> = {}
  if (value === undefined || !isJsonObject(value)) return all
  for (const unit of LIMIT_UNITS) {
    const amount = value[unit]
    if (typeof amount === 'number' && amount >= 0) all[unit] = amount
  }
  return all
}
