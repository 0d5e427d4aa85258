import type { Bill } from './content'

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number
  readonly output: number
  /** Written to the cache for five minutes, for an hour, and read from it. */
  readonly write: number
  readonly writeHour: number
  readonly read: number
}

/** What one model costs. The first row whose time has not passed holds. */
interface PriceRow extends Price {
  /** Wall clock from which on this row no longer holds. */
  readonly until?: number
  /** Another price for the whole request once its prompt is longer than this many tokens. */
  readonly above?: { readonly prompt: number; readonly price: Price }
}

const row = (input: number, output: number, [write, writeHour, read]: readonly [number, number, number]): Price => ({
  input,
  output,
  write,
  writeHour,
  read,
})

/** 2026-10-07, midnight UTC. */
const OCTOBER_7 = 1_791_331_200_000

const OPUS = row(5, 25, [6.25, 10, 0.5])
const FABLE = row(10, 50, [12.5, 20, 1])
const FABLE_5_1 = row(10, 50, [12.5, 20, 0.25])
const SONNET = row(3, 15, [3.75, 6, 0.3])
const HAIKU_4_5 = row(1, 5, [1.25, 2, 0.1])

/**
 * The provider's public list prices as of `version`. Only ids that stand here have a price: a model without a row costs
 * "unknown", never nothing and never what its sibling costs. Mythos 5.2 is left out because no price of it is published;
 * the cache prices of Fable 5.2 are from a third party's reading of the provider's page.
 */
export const PRICES: { readonly version: string; readonly models: Readonly<Record<string, readonly PriceRow[]>> } = {
  version: '2026-11-21',
  models: {
    'claude-fable-5-2': [row(8, 40, [10, 16, 0.2])],
    'claude-fable-5-1': [FABLE_5_1],
    'claude-mythos-5-1': [FABLE_5_1],
    'claude-fable-5': [FABLE],
    'claude-mythos-5': [FABLE],
    'claude-opus-5-5': [row(4, 20, [5, 8, 0.2])],
    'claude-opus-5': [OPUS],
    'claude-opus-4-8': [OPUS],
    'claude-opus-4-7': [OPUS],
    'claude-opus-4-6': [OPUS],
    'claude-opus-4-5': [OPUS],
    'claude-opus-4-5-20251101': [OPUS],
    'claude-sonnet-5-5': [{ ...row(2, 10, [2.5, 4, 0.2]), until: OCTOBER_7 }, row(2, 10, [2.5, 4, 0.1])],
    'claude-sonnet-5': [row(2, 10, [2.5, 4, 0.2])],
    'claude-sonnet-4-6': [SONNET],
    'claude-sonnet-4-5': [SONNET],
    'claude-sonnet-4-5-20250929': [SONNET],
    // Above the border the list names input and output; the cache follows by its usual multiples of input: 1.25, 2 and 0.1.
    'claude-haiku-5-5': [{ ...row(0.1, 0.5, [0.125, 0.2, 0.01]), above: { prompt: 100_000, price: row(0.5, 2.5, [0.625, 1, 0.05]) } }],
    'claude-haiku-4-5': [HAIKU_4_5],
    'claude-haiku-4-5-20251001': [HAIKU_4_5],
  },
}

/**
 * Dollars of one bill at the prices of that moment; undefined for a model without a price.
 * @param at wall clock of the bill, milliseconds
 */
export function costOf({ model, usage }: Bill, at: number): number | undefined {
  if (!Object.hasOwn(PRICES.models, model)) return undefined
  const found = PRICES.models[model]?.find(({ until }) => until === undefined || at < until)
  if (!found) return undefined
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite
  const price = found.above && prompt > found.above.prompt ? found.above.price : found
  const hour = Math.min(usage.cacheWriteHour ?? 0, usage.cacheWrite)
  const millionths =
    usage.input * price.input +
    usage.output * price.output +
    usage.cacheRead * price.read +
    hour * price.writeHour +
    (usage.cacheWrite - hour) * price.write
  return millionths / 1_000_000
}
