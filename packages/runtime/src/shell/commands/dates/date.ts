import { FsError } from '../../tree/fs-error'
import { errnoText } from '../../tree/errno-text'
import { lines } from '../../streams/stream'
import { CommandError } from '../command'
import { curly, quoteIfNeeded } from '../text/quotes'
import { complain, openOrFail, textTool, usageError, type Tool } from '../text/tool'
import { parseDate } from './parse-date'
import { momentOfMs, strftime, type Moment } from './strftime'
import { UTC, zoneOf, type Zone } from './zones'

const DEFAULT = '%a %b %e %H:%M:%S %Z %Y'
const RFC_EMAIL = '%a, %d %b %Y %H:%M:%S %z'

const ISO: Readonly<Record<string, string>> = {
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
}
const RFC_3339: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%d %H:%M:%S%:z',
  ns: '%Y-%m-%d %H:%M:%S.%N%:z',
}

/** One of a table, whole or the start of its name as GNU takes them. */
function chosen(table: Readonly<Record<string, string>>, word: string, option: string): string {
  const exact = table[word]
  if (exact !== undefined) return exact
  const matches = word === '' ? [] : Object.keys(table).filter((name) => name.startsWith(word))
  const [only] = matches
  if (only !== undefined && matches.length === 1) return table[only] ?? ''
  const valid = Object.keys(table).map((name) => `\n  - ${curly(name)}`)
  return usageError(
    `${matches.length > 1 || word === '' ? 'ambiguous' : 'invalid'} argument ${curly(word)} for ${curly(option)}\nValid arguments are:${valid.join('')}`,
  )
}

function formatOf({ options, operands }: Tool): string {
  const formats: string[] = []
  for (const { key, value } of options.found) {
    if (key === 'iso') formats.push(chosen(ISO, value ?? 'date', '--iso-8601'))
    if (key === 'rfc-3339') formats.push(chosen(RFC_3339, value ?? '', '--rfc-3339'))
    if (key === 'rfc-email') formats.push(RFC_EMAIL)
  }
  for (const word of operands) {
    if (!word.startsWith('+')) continue
    formats.push(word.slice(1))
  }
  if (formats.length > 1) throw new CommandError('multiple output formats specified')
  return formats[0] ?? DEFAULT
}

async function fromFile(tool: Tool, name: string, print: (text: string) => boolean): Promise<number> {
  let code = 0
  for await (const { text } of lines(openOrFail(tool, name))) {
    tool.call.tick()
    if (print(text)) continue
    await complain(tool, `invalid date ${curly(text)}`)
    code = 1
  }
  return code
}

function referenceTime(tool: Tool, name: string): Moment {
  try {
    return momentOfMs(tool.call.system.tree.stat(tool.call.at(name)).mtime)
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`${quoteIfNeeded(name)}: ${errnoText(thrown)}`)
    throw thrown
  }
}

async function date(tool: Tool): Promise<number> {
  const { options, operands, call, out } = tool
  const format = formatOf(tool)
  const extra = operands.filter((word) => !word.startsWith('+'))
  const zone: Zone = options.has('utc') ? UTC : zoneOf(call.env.get('TZ'))
  const now = momentOfMs(call.system.clock.now())
  const put = (moment: Moment): void => out.putText(`${strftime(format, moment, zone)}\n`)
  const sources = ['date', 'file', 'reference', 'set'].filter((key) => options.has(key))
  if (sources.length > 1) usageError('the options to specify dates for printing are mutually exclusive')
  const [word] = extra
  if (word !== undefined && operands.length > 1 && extra.length > 1) usageError(`extra operand ${curly(operands[1] ?? '')}`)
  if (word !== undefined && sources.length > 0)
    usageError(
      `the argument ${curly(word)} lacks a leading '+';\nwhen using an option to specify date(s), any non-option\nargument must be a format string beginning with '+'`,
    )
  const print = (text: string): boolean => {
    const moment = parseDate(text, { now, zone })
    if (moment !== undefined) put(moment)
    return moment !== undefined
  }
  const file = options.value('file')
  if (file !== undefined) return fromFile(tool, file, print)
  const reference = options.value('reference')
  if (reference !== undefined) put(referenceTime(tool, reference))
  const text = options.value('date') ?? options.value('set') ?? word
  if (text === undefined) {
    if (reference === undefined) put(now)
    return 0
  }
  const isSetting = options.has('set') || word !== undefined
  const isValid = word === undefined || /^\d{8}(\d\d|\d{4})?(\.\d\d)?$/.test(word)
  if (word !== undefined && !isValid) throw new CommandError(`invalid date ${curly(word)}`)
  if (isSetting && (word !== undefined || parseDate(text, { now, zone }) !== undefined))
    await complain(tool, 'cannot set date: Operation not permitted')
  if (word === undefined && !print(text)) throw new CommandError(`invalid date ${curly(text)}`)
  return isSetting ? 1 : 0
}

/** Dates: now, given ones, those of files, in any format. */
export const dateCommand = textTool({
  name: 'date',
  summary: 'prints the time, or the one that is described, in a format',
  usage: '[OPTION]... [+FORMAT]',
  shape: {
    options: [
      { key: 'date', short: 'd', long: ['date'], value: 'required' },
      { key: 'debug', long: ['debug'], missing: true },
      { key: 'file', short: 'f', long: ['file'], value: 'required' },
      { key: 'iso', short: 'I', long: ['iso-8601'], value: 'optional' },
      { key: 'resolution', long: ['resolution'], missing: true },
      { key: 'rfc-email', short: 'R', long: ['rfc-email', 'rfc-822', 'rfc-2822'] },
      { key: 'rfc-3339', long: ['rfc-3339'], value: 'required' },
      { key: 'reference', short: 'r', long: ['reference'], value: 'required' },
      { key: 'set', short: 's', long: ['set'], value: 'required' },
      { key: 'utc', short: 'u', long: ['utc', 'universal'] },
    ],
  },
  run: date,
})
