import { parseDate } from '../dates/parse-date'
import { momentOfMs, msOf } from '../dates/strftime'
import { momentOf, zoneOf, type Zone } from '../dates/zones'
import { CommandError } from '../command'
import { curly, quoted } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { lookAt, lookFor, why } from './look'

interface Times {
  readonly atime: number
  readonly mtime: number
}

/** `[[CC]YY]MMDDhhmm[.ss]`, undefined where it is none. */
function stampOf(text: string, now: number, zone: Zone): number | undefined {
  const [, year, rest, seconds] = /^(\d{2}|\d{4})?(\d{8})(?:\.(\d\d))?$/.exec(text) ?? []
  if (rest === undefined) return undefined
  const [month = 0, day = 0, hours = 0, minutes = 0] = (rest.match(/\d\d/g) ?? []).map(Number)
  const short = Number(year)
  const thisYear = new Date(now).getUTCFullYear()
  const full = year === undefined ? thisYear : year.length === 4 ? short : short + (short < 69 ? 2000 : 1900)
  const date = new Date(0)
  date.setUTCFullYear(full, month - 1, day)
  date.setUTCHours(hours, minutes, Number(seconds ?? 0))
  const isShown =
    date.getUTCMonth() + 1 === month && date.getUTCDate() === day && date.getUTCHours() === hours && date.getUTCMinutes() === minutes
  return isShown ? momentOf(date.getTime() / 1000, zone) * 1000 : undefined
}

function timesOf(tool: Tool): Times {
  const { options, call } = tool
  const now = call.system.clock.now()
  const zone = zoneOf(call.env.get('TZ'))
  const stamp = options.value('stamp')
  const reference = options.value('reference')
  const date = options.value('date')
  if (stamp !== undefined) {
    if (reference !== undefined || date !== undefined) usageError('cannot specify times from more than one source')
    const at = stampOf(stamp, now, zone)
    if (at === undefined) throw new CommandError(`invalid date format ${curly(stamp)}`)
    return { atime: at, mtime: at }
  }
  let base: Times = { atime: now, mtime: now }
  if (reference !== undefined) {
    try {
      base = lookAt(call, reference, !options.has('no-dereference'))
    } catch (thrown) {
      throw new CommandError(`failed to get attributes of ${quoted(reference)}: ${why(thrown)}`)
    }
  }
  if (date === undefined) return base
  const told = [base.atime, base.mtime].map((ms) => parseDate(date, { now: momentOfMs(ms), zone }))
  const [atime, mtime] = told
  if (atime === undefined || mtime === undefined) throw new CommandError(`invalid date format ${curly(date)}`)
  return { atime: msOf(atime), mtime: msOf(mtime) }
}

function isChanging(tool: Tool, which: 'atime' | 'mtime'): boolean {
  const { options } = tool
  const words = options.values('time')
  const wantsRead = options.has('atime') || words.some((word) => /^(atime|access|use)$/.test(word))
  const wantsWrite = options.has('mtime') || words.some((word) => /^(mtime|modify)$/.test(word))
  if (!wantsRead && !wantsWrite) return true
  return which === 'atime' ? wantsRead : wantsWrite
}

function touchOne(tool: Tool, path: string, times: Times): void {
  const { call, options } = tool
  const follow = !options.has('no-dereference')
  let look = lookFor(call, path, follow)
  if (look === undefined) {
    if (options.has('no-create') || !follow) {
      if (options.has('no-create')) return
      lookAt(call, path, false)
    }
    call.create(path, { append: true }).close()
    look = lookAt(call, path, follow)
  }
  if (look.node === undefined) return
  const mtime = isChanging(tool, 'mtime') ? times.mtime : look.mtime
  const atime = isChanging(tool, 'atime') ? times.atime : look.atime
  call.system.tree.utimes(call.at(path), mtime, { atime, follow })
}

/** Without making anything, only its times could fail to be set. */
function isTimes({ options, call }: Tool, path: string): boolean {
  return options.has('no-dereference') || lookFor(call, path.replace(/\/+$/, '')) !== undefined
}

/** Sets times of files, and makes those that are not there. */
export const touchCommand = textTool({
  name: 'touch',
  summary: 'sets the times of files to now or to another time; makes files that are not there',
  usage: '[OPTION]... FILE...',
  shape: {
    options: [
      { key: 'atime', short: 'a' },
      { key: 'no-create', short: 'c', long: ['no-create'] },
      { key: 'date', short: 'd', long: ['date'], value: 'required' },
      { key: 'ignored', short: 'f' },
      { key: 'no-dereference', short: 'h', long: ['no-dereference'] },
      { key: 'mtime', short: 'm' },
      { key: 'reference', short: 'r', long: ['reference'], value: 'required' },
      { key: 'stamp', short: 't', value: 'required' },
      { key: 'time', long: ['time'], value: 'required' },
    ],
  },
  run: async (tool) => {
    const { operands, options } = tool
    for (const word of options.values('time'))
      if (!/^(atime|access|use|mtime|modify)$/.test(word))
        usageError(
          `invalid argument ${curly(word)} for ${curly('--time')}\nValid arguments are:\n  - ${['atime', 'access', 'use'].map(curly).join(', ')}\n  - ${['mtime', 'modify'].map(curly).join(', ')}`,
        )
    const times = timesOf(tool)
    if (operands.length === 0) usageError('missing file operand')
    let code = 0
    for (const path of operands) {
      if (path === '-') continue
      try {
        touchOne(tool, path, times)
      } catch (thrown) {
        await complain(tool, `${isTimes(tool, path) ? 'setting times of' : 'cannot touch'} ${quoted(path)}: ${why(thrown)}`)
        code = 1
      }
    }
    return code
  },
})

/** Cuts files or fills them with zeros. */
export const truncateCommand = textTool({
  name: 'truncate',
  summary: 'makes files longer with zeros or shorter',
  usage: 'OPTION... FILE...',
  shape: {
    options: [
      { key: 'no-create', short: 'c', long: ['no-create'] },
      { key: 'blocks', short: 'o', long: ['io-blocks'] },
      { key: 'reference', short: 'r', long: ['reference'], value: 'required' },
      { key: 'size', short: 's', long: ['size'], value: 'required' },
    ],
  },
  run: truncate,
})

const SIZE = /^\s*([-+<>/%]?)\s*(\d+)([a-zA-Z]*)$/
const POWERS = 'KMGTPEZY'

function bytesFor(digits: string, suffix: string): number | undefined {
  if (suffix === '') return Number(digits)
  const power = POWERS.indexOf(suffix.charAt(0).toUpperCase()) + 1
  if (power === 0) return undefined
  const tail = suffix.slice(1)
  if (tail !== '' && tail !== 'B' && tail !== 'iB') return undefined
  return Number(digits) * (tail === 'B' ? 1000 : 1024) ** power
}

function newSize(size: number, sign: string, amount: number): number {
  switch (sign) {
    case '+':
      return size + amount
    case '-':
      return Math.max(0, size - amount)
    case '<':
      return Math.min(size, amount)
    case '>':
      return Math.max(size, amount)
    case '/':
      return Math.floor(size / amount) * amount
    case '%':
      return Math.ceil(size / amount) * amount
    default:
      return amount
  }
}

async function truncate(tool: Tool): Promise<number> {
  const { operands, options, call } = tool
  const wanted = options.value('size')
  const reference = options.value('reference')
  if (wanted === undefined && reference === undefined) usageError(`you must specify either ${curly('--size')} or ${curly('--reference')}`)
  const [, sign = '', digits, suffix = ''] = SIZE.exec(wanted ?? '0') ?? []
  const amount = digits === undefined ? undefined : bytesFor(digits, suffix)
  if (amount === undefined) throw new CommandError(`Invalid number: ${curly((wanted ?? '').replace(/^\s*[-+<>/%]/, ''))}`)
  if ((sign === '/' || sign === '%') && amount === 0) throw new CommandError('division by zero')
  if (reference !== undefined && wanted !== undefined && sign === '')
    usageError(`you must specify a relative ${curly('--size')} with ${curly('--reference')}`)
  if (operands.length === 0) usageError('missing file operand')
  let base: number | undefined
  try {
    base = reference === undefined ? undefined : lookAt(call, reference).size
  } catch (thrown) {
    throw new CommandError(`cannot stat ${quoted(reference ?? '')}: ${why(thrown)}`)
  }
  let code = 0
  for (const path of operands) {
    try {
      if (options.has('no-create') && lookFor(call, path) === undefined) continue
      call.create(path, { append: true }).close()
      const { node } = lookAt(call, path)
      if (node?.type !== 'file') continue
      const from = base ?? node.bytes.length
      call.system.tree.truncate(node, wanted === undefined ? from : newSize(from, sign, amount * (options.has('blocks') ? 4096 : 1)))
    } catch (thrown) {
      await complain(tool, `cannot open ${quoted(path)} for writing: ${why(thrown)}`)
      code = 1
    }
  }
  return code
}
