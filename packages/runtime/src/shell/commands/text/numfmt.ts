import { lines } from '../../streams/stream'
import { CommandError } from '../command'
import { rounded, scanNumber, showNumber, type Rounding, type Scale } from './numfmt-number'
import { curly } from './quotes'
import { textTool, usageError, type Tool } from './tool'

interface Format {
  readonly before: string
  readonly after: string
  readonly width: number
  readonly isLeft: boolean
  readonly isZero: boolean
  readonly precision: number | undefined
}

interface Numfmt {
  readonly from: Scale
  readonly to: Scale
  readonly fromUnit: number
  readonly toUnit: number
  readonly rounding: Rounding
  readonly suffix: string | undefined
  readonly format: Format
  readonly invalid: 'abort' | 'fail' | 'warn' | 'ignore'
  readonly delimiter: string | undefined
  isChosen(field: number): boolean
}

/** The value of an option that is one of some; the first of them where nothing is told. */
function choice<Value extends string>(tool: Tool, option: string, [standard, ...rest]: readonly [Value, ...Value[]]): Value {
  const values = [standard, ...rest]
  const word = tool.options.value(option)
  if (word === undefined) return standard
  const found = values.find((one) => one === word) ?? values.filter((one) => word !== '' && one.startsWith(word))[0]
  if (found === undefined)
    return usageError(
      `invalid argument ${curly(word)} for ${curly(`--${option}`)}\nValid arguments are:\n${values.map((one) => `  - ${curly(one)}`).join('\n')}`,
    )
  return found
}

function formatOf({ options }: Tool): Format {
  const padding = options.value('padding')
  if (padding !== undefined && (!/^-?\d+$/.test(padding) || Number(padding) === 0))
    throw new CommandError(`invalid padding value ${curly(padding)}`)
  const width = Math.abs(Number(padding ?? 0))
  const text = options.value('format')
  if (text === undefined) return { before: '', after: '', width, isLeft: Number(padding ?? 0) < 0, isZero: false, precision: undefined }
  if (options.has('grouping')) usageError('--grouping cannot be combined with --format')
  const at = text.search(/%(?!%)/)
  const start = /^(?:[^%]|%%)*/.exec(text)?.[0] ?? ''
  if (at < 0 || start.length === text.length) throw new CommandError(`format ${curly(text)} has no % directive`)
  const [directive, flags = '', wide = '', places] = /^%([-0' ]*)(\d*)(?:\.(\d*))?f/.exec(text.slice(start.length)) ?? []
  if (directive === undefined) throw new CommandError(`invalid format ${curly(text)}, directive must be %[0]['][-][N][.][N]f`)
  const after = text.slice(start.length + directive.length)
  if (/%(?!%)/.test(after.replaceAll('%%', ''))) throw new CommandError(`format ${curly(text)} has too many % directives`)
  return {
    before: start,
    after,
    width: wide === '' ? width : Number(wide),
    isLeft: flags.includes('-') || (wide === '' && Number(padding ?? 0) < 0),
    isZero: flags.includes('0'),
    precision: places === undefined ? undefined : Number(places),
  }
}

function unitOf(text: string | undefined): number {
  if (text === undefined) return 1
  const [, digits, power, i] = /^(\d*)([KMGTPEZY]?)(i?)$/.exec(text) ?? []
  const base = i === 'i' ? 1024 : 1000
  const factor = power === undefined || power === '' ? 1 : base ** ('KMGTPEZY'.indexOf(power) + 1)
  const unit = digits === undefined || text === '' ? 0 : Number(digits === '' ? 1 : digits) * factor
  if (unit === 0) throw new CommandError(`invalid unit size: ${curly(text)}`)
  return unit
}

function chosenFields(text: string): (field: number) => boolean {
  if (text === '-') return () => true
  const ranges = text.split(',').map((part) => {
    const [, from, dash, to] = /^(\d*)(-?)(\d*)$/.exec(part) ?? []
    if (from === undefined || part === '') return usageError(`invalid field value ${curly(part)}`)
    if (from === '0' || (dash === '' && from === '')) return usageError('fields are numbered from 1')
    const low = from === '' ? 1 : Number(from)
    return { low, high: dash === '' ? low : to === '' ? Infinity : Number(to) }
  })
  return (field) => ranges.some(({ low, high }) => field >= low && field <= high)
}

function howOf(tool: Tool): Numfmt {
  const { options } = tool
  const delimiter = options.value('delimiter')
  if (delimiter !== undefined && [...delimiter].length > 1) throw new CommandError('the delimiter must be a single character')
  const to = choice<Scale>(tool, 'to', ['none', 'si', 'iec', 'iec-i'])
  if (options.has('grouping') && to !== 'none') usageError('grouping cannot be combined with --to')
  return {
    from: choice<Scale>(tool, 'from', ['none', 'auto', 'si', 'iec', 'iec-i']),
    to,
    fromUnit: unitOf(options.value('from-unit')),
    toUnit: unitOf(options.value('to-unit')),
    rounding: options.has('round') ? choice<Rounding>(tool, 'round', ['up', 'down', 'from-zero', 'towards-zero', 'nearest']) : 'from-zero',
    suffix: options.value('suffix'),
    format: formatOf(tool),
    invalid: choice(tool, 'invalid', ['abort', 'fail', 'warn', 'ignore']),
    delimiter,
    isChosen: chosenFields(options.value('field') ?? '1'),
  }
}

/** One field; blanks before it are part of it and give its width. */
function converted(how: Numfmt, field: string, gap: number): string {
  const bare = how.suffix !== undefined && field.endsWith(how.suffix) ? field.slice(0, -how.suffix.length) : field
  const scanned = scanNumber(bare, how.from)
  const value = (scanned.value * how.fromUnit) / how.toUnit
  const isWhole = how.fromUnit === 1 && how.toUnit === 1
  const { format } = how
  const places = isWhole ? scanned.places : 0
  const plain = showNumber(
    { value: isWhole || how.to !== 'none' ? value : rounded(value, how.rounding), places },
    { to: how.to, rounding: how.rounding, precision: format.precision },
  )
  const number = plain + (how.suffix ?? '')
  const unit = /[A-Za-z]*$/.exec(plain)?.[0] ?? ''
  const digits = plain.slice(0, plain.length - unit.length)
  const zeros = format.isZero ? digits.padStart(format.width, '0') + unit + (how.suffix ?? '') : number
  const width = format.width === 0 ? gap : format.width
  const shown = format.before + (format.isLeft ? zeros.padEnd(width) : zeros.padStart(width)) + format.after
  return shown
}

/** A line with its fields converted. */
class LineMaker {
  readonly #how: Numfmt
  readonly #warn: (error: CommandError) => Promise<void>
  hasFailed = false

  constructor(how: Numfmt, warn: (error: CommandError) => Promise<void>) {
    this.#how = how
    this.#warn = warn
  }

  async make(line: string): Promise<string> {
    const { delimiter, isChosen } = this.#how
    if (delimiter !== undefined && delimiter !== '') {
      const fields = line.split(delimiter)
      const made: string[] = []
      for (const [i, field] of fields.entries()) made.push(isChosen(i + 1) ? await this.#field(field.trimStart(), 0, field) : field)
      return made.join(delimiter)
    }
    let out = ''
    const parts = line.match(/[ \t\n]*[^ \t\n]+|[ \t\n]+$/g) ?? ['']
    for (const [i, part] of parts.entries()) {
      const field = part.trimStart()
      if (!isChosen(i + 1) || (field === '' && i > 0)) {
        out += i > 0 ? ` ${part.slice(1)}` : part
        continue
      }
      // The blank between two fields is a space from here on; the others are room for the number.
      const lead = i > 0 ? ' ' : ''
      const room = part.length - lead.length
      const hasGap = part.length - field.length > lead.length
      out += lead + (await this.#field(field, hasGap ? room : 0, part.slice(lead.length)))
    }
    return out
  }

  async #field(field: string, gap: number, whole: string): Promise<string> {
    try {
      return converted(this.#how, field, gap)
    } catch (thrown) {
      if (!(thrown instanceof CommandError) || this.#how.invalid === 'abort') throw thrown
      this.hasFailed ||= this.#how.invalid === 'fail'
      if (this.#how.invalid !== 'ignore') await this.#warn(thrown)
      return whole
    }
  }
}

async function numfmt(tool: Tool): Promise<number> {
  const { operands, options, call, out } = tool
  const how = howOf(tool)
  if (options.has('debug') && how.from === 'none' && how.to === 'none') await call.stderr.write('numfmt: no conversion option specified\n')
  const maker = new LineMaker(how, async (error) => {
    await out.flush()
    await call.stderr.write(`numfmt: ${error.message}\n`)
  })
  const end = options.has('zero') ? '\0' : '\n'
  for (const word of operands) out.putText((await maker.make(word)) + end)
  if (operands.length > 0) return maker.hasFailed ? 2 : 0
  const header = options.has('header') ? Number(options.value('header') ?? 1) : 0
  if (!Number.isInteger(header) || (options.value('header') !== undefined && header < 1))
    throw new CommandError(`invalid header value ${curly(options.value('header') ?? '')}`)
  let at = 0
  for await (const { text, isEnded } of lines(call.stdin, options.has('zero') ? 0 : 0x0a)) {
    call.tick()
    out.putText((at < header ? text : await maker.make(text)) + (isEnded ? end : ''))
    at += 1
    await out.settle()
  }
  return maker.hasFailed ? 2 : 0
}

/** Numbers for people, and back. */
export const numfmtCommand = textTool({
  name: 'numfmt',
  summary: 'turns numbers into ones with units, and back',
  usage: '[OPTION]... [NUMBER]...',
  shape: {
    options: [
      { key: 'debug', long: ['debug'] },
      { key: 'delimiter', short: 'd', long: ['delimiter'], value: 'required' },
      { key: 'field', long: ['field'], value: 'required' },
      { key: 'format', long: ['format'], value: 'required' },
      { key: 'from', long: ['from'], value: 'required' },
      { key: 'from-unit', long: ['from-unit'], value: 'required' },
      { key: 'grouping', long: ['grouping'] },
      { key: 'header', long: ['header'], value: 'optional' },
      { key: 'invalid', long: ['invalid'], value: 'required' },
      { key: 'padding', long: ['padding'], value: 'required' },
      { key: 'round', long: ['round'], value: 'required' },
      { key: 'suffix', long: ['suffix'], value: 'required' },
      { key: 'to', long: ['to'], value: 'required' },
      { key: 'to-unit', long: ['to-unit'], value: 'required' },
      { key: 'zero', short: 'z', long: ['zero-terminated'] },
    ],
  },
  run: numfmt,
})
