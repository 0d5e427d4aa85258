/** What a limit is for: one turn, one session, or one day of all sessions of this browser. A day begins at midnight UTC. */
export type LimitScope = (typeof LIMIT_SCOPES)[number]

/** In the order in which they are looked at. */
export const LIMIT_SCOPES = ['turn', 'session', 'day'] as const

/**
 * What is counted. `tokens`: read anew, written to the cache, and answered; what was read from the cache is not, its price is a small part.
 * `dollars`: at list prices; models without one cost "unknown" and are not in it. `steps`: answers. `minutes`: of work, without the
 * time in which a person was waited for.
 */
export type LimitUnit = (typeof LIMIT_UNITS)[number]

/** In the order in which they are looked at. */
export const LIMIT_UNITS = ['tokens', 'dollars', 'steps', 'minutes'] as const

/** Amounts by unit; what is not there is without a limit. */
export type Amounts = Readonly<Partial<Record<LimitUnit, number>>>

/** How much may be spent before a person is asked. */
export type Limits = Readonly<Record<LimitScope, Amounts>>

/** What holds until a person chooses otherwise. */
export const DEFAULT_LIMITS: Limits = {
  turn: { tokens: 500_000, steps: 100, minutes: 120 },
  session: {},
  day: { tokens: 20_000_000 },
}

/** A limit that was reached: nothing more is asked of a model until a person goes on. */
export interface LimitReached {
  readonly scope: LimitScope
  readonly unit: LimitUnit
  readonly used: number
  readonly allowed: number
  /** What "Continue" would add. */
  readonly more: number
}

/** A person lets the session go on behind a limit: so much more. */
export type LimitRaised = Pick<LimitReached, 'scope' | 'unit'> & { readonly by: number }

const NAMES: Readonly<Record<LimitUnit, readonly [one: string, many: string]>> = {
  tokens: ['token', 'tokens'],
  dollars: ['', ''],
  steps: ['step', 'steps'],
  minutes: ['minute', 'minutes'],
}

/** An amount as a person reads it, such as `500,000 tokens` or `$5.00`. */
export function amountText(unit: LimitUnit, amount: number): string {
  if (unit === 'dollars') return `$${amount.toFixed(2)}`
  const shown = unit === 'minutes' ? Math.round(amount * 10) / 10 : amount
  return `${shown.toLocaleString('en')} ${NAMES[unit][shown === 1 ? 0 : 1]}`
}
