import { Cron } from 'croner'
import { isJsonObject, type Json } from '@tabwright/protocol'
import { EngineError } from '../../engine/built-in'

/** Times at which something is to happen: slots, each a moment, so that a clock that is turned back makes none twice. */
export interface Schedule {
  readonly expression: string
  readonly timezone: string
  /** The first slot behind this moment; undefined: there is none. */
  next(after: number): number | undefined
  /** Of the slots behind `after` and not behind `until` the newest, and how many came before it. */
  newest(after: number, until: number): { readonly slot: number; readonly missed: number } | undefined
}

/** More missed slots than this are told as so many. */
const COUNTED = 1000

/** @throws EngineError `trigger_registration_failed`, with what is wrong with the expression or the zone */
export function readSchedule(config: Json): Schedule {
  const { expression, timezone = 'UTC' } = isJsonObject(config) ? config : {}
  if (typeof expression !== 'string') throw refusal('it needs an "expression" of six fields, seconds first')
  if (typeof timezone !== 'string') throw refusal('"timezone" is the name of a zone, such as Europe/Berlin')
  const cron = parse(expression, timezone)
  const next = (after: number) => cron.nextRun(new Date(after))?.getTime()
  return {
    expression,
    timezone,
    next,
    newest: (after, until) => {
      const newest = cron.previousRuns(1, new Date(until + 1))[0]?.getTime()
      if (newest === undefined || newest <= after) return undefined
      let missed = 0
      for (let slot = next(after); slot !== undefined && slot < newest && missed < COUNTED; slot = next(slot)) missed++
      return { slot: newest, missed }
    },
  }
}

function parse(expression: string, timezone: string): Cron {
  try {
    const cron = new Cron(expression, { timezone, mode: '6-part', paused: true })
    // A zone is looked at only when it is needed.
    cron.nextRun()
    return cron
  } catch (thrown) {
    throw refusal(thrown instanceof Error ? (thrown.message.split('. ')[0] ?? '') : 'it cannot be read')
  }
}

function refusal(why: string): EngineError {
  return new EngineError('trigger_registration_failed', `The cron trigger was not bound: ${why}.`)
}
