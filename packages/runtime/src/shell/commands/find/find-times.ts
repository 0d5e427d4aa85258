import { CommandError } from '../command'
import { curly } from '../text/quotes'
import { lookAt, why, type Look } from '../files/look'
import { parseDate } from '../dates/parse-date'
import { msOf } from '../dates/strftime'
import type { FindRun, Test } from './find-item'

type Stamp = 'mtime' | 'atime' | 'ctime'
const STAMPS: Readonly<Record<string, Stamp>> = { m: 'mtime', a: 'atime', c: 'ctime' }

/** `+5`, `-5`, `5`: more, less, equal. */
export interface Amount {
  readonly sign: '+' | '-' | ''
  readonly value: number
}

/** Undefined: it is no number. */
export function amountOf(text: string): Amount | undefined {
  const [, sign, digits] = /^([-+]?)(\d+(?:\.\d*)?|\.\d+)$/.exec(text) ?? []
  return digits === undefined ? undefined : { sign: sign === '+' || sign === '-' ? sign : '', value: Number(digits) }
}

/** Whether a whole number is as told. */
export function isAmount({ sign, value }: Amount, number: number): boolean {
  return sign === '+' ? number > value : sign === '-' ? number < value : number === value
}

/** `-mtime`, `-amin` and the like; undefined where the name is none of them. */
export function ageTest(name: string, text: string, run: FindRun): Test | undefined {
  const [, letter = '', unit] = /^-([amc])(time|min)$/.exec(name) ?? []
  const stamp = STAMPS[letter]
  if (stamp === undefined) return undefined
  const amount = amountOf(text)
  if (amount === undefined) throw new CommandError(`invalid argument \`${text}' to \`${name}'`)
  const { sign, value } = amount
  const size = unit === 'time' ? 86_400_000 : 60_000
  const now = startOf(run)
  return ({ look }) => {
    const age = (now - look[stamp]) / size
    if (unit === 'min') return sign === '+' ? age > value : sign === '-' ? age < value : age > value - 1 && age <= value
    return sign === '+' ? age >= value + 1 : sign === '-' ? age < value : age >= value && age < value + 1
  }
}

/** With -daystart, ages count from the end of today. */
function startOf({ now, zone, isDayStart }: FindRun): number {
  if (!isDayStart) return msOf(now)
  const end = parseDate('tomorrow 00:00', { now, zone })
  return end === undefined ? msOf(now) : msOf(end)
}

function referenceLook(run: FindRun, path: string): Look {
  try {
    return lookAt(run.call, path, run.follows !== 'none')
  } catch (thrown) {
    throw new CommandError(`${curly(path)}: ${why(thrown)}`)
  }
}

/** `-newer`, `-anewer`, `-newermt` and the like. */
export function newerTest(name: string, text: string, run: FindRun): Test | undefined {
  const letters =
    name === '-newer' ? 'mm' : name === '-anewer' ? 'am' : name === '-cnewer' ? 'cm' : /^-newer([aBcm][aBcmt])$/.exec(name)?.[1]
  if (letters === undefined) return undefined
  const stamp = STAMPS[letters.charAt(0)]
  const other = letters.charAt(1)
  if (stamp === undefined || other === 'B') throw new CommandError('This system does not provide a way to find the birth time of a file.')
  if (other === 't') {
    const moment = parseDate(text, { now: run.now, zone: run.zone })
    if (moment === undefined) throw new CommandError(`I cannot figure out how to interpret ${curly(text)} as a date or time`)
    return ({ look }) => look[stamp] > msOf(moment)
  }
  const than = referenceLook(run, text)[STAMPS[other] ?? 'mtime']
  return ({ look }) => look[stamp] > than
}
