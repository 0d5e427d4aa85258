import type { MakeBuiltin } from './compiler'
import { AwkArray, Untyped } from './awk-array'
import type { Machine } from './machine'
import { libraryStrftime } from '../dates/strftime'
import { zoneOf, type Zone } from '../dates/zones'
import { toTruth } from './values'

const FORMAT = '%a %b %e %H:%M:%S %Z %Y'

/** PROCINFO["strftime"], which a program may change. */
function defaultFormat(machine: Machine): string {
  const found = machine.arrayOf('PROCINFO').items.get('strftime')
  return found instanceof AwkArray || found instanceof Untyped || found === undefined ? FORMAT : machine.textOf(found)
}

const strftimeBuiltin: MakeBuiltin = (compiler, args) => {
  const { machine } = compiler.scope
  const [format, time, utc] = args
  const formatOf = format === undefined ? () => defaultFormat(machine) : compiler.text(format)
  const timeOf = time === undefined ? () => Math.floor(machine.call.system.clock.now() / 1000) : compiler.number(time)
  const isUtc = utc === undefined ? () => 0 : compiler.value(utc)
  return (frame) => {
    const zone = toTruth(isUtc(frame)) ? 'UTC' : (machine.call.env.get('TZ') ?? 'UTC')
    return libraryStrftime(formatOf(frame), Math.trunc(timeOf(frame)), zoneOf(zone))
  }
}

const mktime: MakeBuiltin = (compiler, args) => {
  const { machine } = compiler.scope
  const [text, utc] = args.map((argument) => compiler.value(argument))
  return (frame) => {
    const words = (machine.textOf(text?.(frame)).match(/-?\d+/g) ?? []).map(Number)
    const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = words
    if (words.length < 6) return -1
    const zone = zoneOf(utc !== undefined && toTruth(utc(frame)) ? 'UTC' : machine.call.env.get('TZ'))
    const date = new Date(0)
    date.setUTCFullYear(year, month - 1, day)
    date.setUTCHours(hours, minutes, seconds)
    const local = date.getTime() / 1000
    const isSummer = words[6]
    if (isSummer !== undefined && isSummer >= 0) return local - wantedOffset(zone, local, isSummer > 0)
    // The offset holds at the wanted time, which is known only with it: asked twice, it settles.
    const near = local - zone.offsetAt(local)
    return local - zone.offsetAt(near)
  }
}

const HALF_YEAR = 182 * 86_400

/** The offset that was told to hold, summer time or not; a zone without summer time has one. */
function wantedOffset(zone: Zone, local: number, isSummer: boolean): number {
  const offsets = [-HALF_YEAR, 0, HALF_YEAR].map((away) => zone.offsetAt(local + away))
  return isSummer ? Math.max(...offsets) : Math.min(...offsets)
}

/** Functions of time. */
export const timeBuiltins: readonly (readonly [string, MakeBuiltin])[] = [
  ['systime', (compiler) => () => Math.floor(compiler.scope.machine.call.system.clock.now() / 1000)],
  ['strftime', strftimeBuiltin],
  ['mktime', mktime],
]
