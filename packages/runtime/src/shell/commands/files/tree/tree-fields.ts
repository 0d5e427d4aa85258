import { momentOfMs, strftime } from '../../dates/strftime'
import { zoneOf, type Zone } from '../../dates/zones'
import type { Call } from '../../command'
import { DEVICE } from '../stat-format'
import { modeText, USER, type Look } from '../look'
import type { Leaf } from './tree-scan'
import type { TreeOptions } from './tree-options'

/** Six months of 31 days: times further away show their year. */
const SIX_MONTHS = 6 * 31 * 86_400_000
const BINARY = 'BKMGTPEZY'
const DECIMAL = 'dkMGTPEZY'

/** What is told of a file besides its name. */
export interface TreeField {
  readonly key: 'inode' | 'dev' | 'mode' | 'prot' | 'user' | 'group' | 'size' | 'time'
  /** As the text form shows it; undefined: only in JSON and XML. */
  readonly text: string | undefined
  /** As JSON and XML have it. */
  readonly value: string | number
}

function sizeText(size: number, options: TreeOptions): string {
  if (!options.has('h')) return String(size).padStart(11)
  const base = options.has('si') ? 1000 : 1024
  const units = options.has('si') ? DECIMAL : BINARY
  let value = size
  let power = size < base ? 0 : 1
  while (value >= base * base) {
    value = Math.floor(value / base)
    power += 1
  }
  if (power === 0) return String(value).padStart(4)
  const shown = value / base
  return `${Math.floor(value / base) >= 10 ? shown.toFixed(0).padStart(3) : shown.toFixed(1).padStart(3)}${units.charAt(power)}`
}

/** Shows the fields that were asked for. */
export class TreeFields {
  readonly #options: TreeOptions
  readonly #zone: Zone
  readonly #now: number

  constructor(call: Call, options: TreeOptions) {
    this.#options = options
    this.#zone = zoneOf(call.env.get('TZ'))
    this.#now = call.system.clock.now()
  }

  of({ look, size }: Leaf): readonly TreeField[] {
    const { has } = this.#options
    const fields: TreeField[] = []
    if (has('inodes')) fields.push({ key: 'inode', text: String(look.ino).padStart(7), value: look.ino })
    if (has('device')) {
      const device = DEVICE.major * 256 + DEVICE.minor
      fields.push({ key: 'dev', text: String(device).padStart(3), value: device })
    }
    if (has('p')) {
      fields.push({ key: 'mode', text: undefined, value: look.mode.toString(8).padStart(4, '0') })
      fields.push({ key: 'prot', text: modeText(look), value: modeText(look) })
    }
    if (has('u')) fields.push({ key: 'user', text: USER.name.padEnd(8), value: USER.name })
    if (has('g')) fields.push({ key: 'group', text: USER.name.padEnd(8), value: USER.name })
    if (has('s')) {
      const bytes = has('du') ? size : look.size
      fields.push({ key: 'size', text: sizeText(bytes, this.#options), value: bytes })
    }
    if (has('D')) {
      const time = this.#time(look)
      fields.push({ key: 'time', text: time, value: time })
    }
    return fields
  }

  /** `[drwxr-xr-x        4096]  `, or nothing. */
  bracket(leaf: Leaf): string {
    const texts = this.of(leaf).flatMap(({ text }) => (text === undefined ? [] : [text]))
    return texts.length === 0 ? '' : `[${texts.join(' ')}]  `
  }

  /** The line of `--du` before the count. */
  total(bytes: number): string {
    return this.#options.has('h') ? ` ${sizeText(bytes, this.#options)} used in ` : ` ${sizeText(bytes, this.#options)} bytes used in `
  }

  #time(look: Look): string {
    const ms = this.#options.has('c') ? look.ctime : look.mtime
    const isNear = ms <= this.#now && this.#now - ms <= SIX_MONTHS
    const format = this.#options.timeFormat ?? (isNear ? '%b %e %H:%M' : '%b %e  %Y')
    return strftime(format, momentOfMs(ms), this.#zone)
  }
}
