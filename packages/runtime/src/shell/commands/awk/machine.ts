import { compilePattern, RegexError, RegexMissing, type Pattern } from '../../regex/pattern'
import type { Call } from '../command'
import { keyOf, scalarOf, AwkArray, type Slot } from './awk-array'
import { Fields } from './fields'
import { numberText } from './format'
import { Random } from './random'
import type { RecordEnd, RecordSource } from './record-reader'
import { Redirections } from './redirections'
import { widthsOf, type Separator } from './separators'
import { Fatal, InputText, RegexValue, toNumber, toTruth, type Scalar } from './values'

/** A variable that does something when it is read or assigned. */
export interface Special {
  get(): Scalar
  set(value: Scalar): void
}

const PATTERNS_KEPT = 500

/** Everything that a running program shares: variables, the record, open files. */
export class Machine {
  readonly call: Call
  readonly fields: Fields
  readonly files: Redirections
  readonly random = new Random()
  readonly specials: ReadonlyMap<string, Special>
  readonly globals: Slot[] = []
  readonly #names = new Map<string, number>()
  readonly #patterns = new Map<string, Pattern>()
  nr = 0
  fnr = 0
  ofs = ' '
  ors = '\n'
  subsep = '\x1c'
  convfmt = '%.6g'
  ofmt = '%.6g'
  ignoreCase = false
  /** Line of the program that runs, for messages. */
  line = 0
  /** What a function gave back. */
  returned: Scalar = undefined
  exitCode = 0
  seed: Scalar = 0
  depth = 0
  /** The files that the program was given. */
  input: RecordSource | undefined
  recordEnd: RecordEnd = { type: 'char', char: '\n' }
  #fs: Scalar = ' '
  #rs: Scalar = '\n'
  #fpat: Scalar = '[^[:space:]]+'
  #fieldwidths: Scalar = ''
  #splitter: 'FS' | 'FPAT' | 'FIELDWIDTHS' = 'FS'
  #raw = new Map<string, Scalar>()
  #steps = 0
  #warnings: { readonly message: string; readonly line: number }[] = []
  /** Where a line of the program is, for warnings. */
  placeOf: (line: number) => string = (line) => `cmd. line:${line}`

  constructor(call: Call) {
    this.call = call
    this.fields = new Fields((value) => this.textOf(value))
    this.files = new Redirections(call, () => this.recordEnd)
    this.specials = this.#makeSpecials()
  }

  /** How the fields of records are found at the moment: FS, FPAT or FIELDWIDTHS. */
  get splitter(): string {
    return this.#splitter
  }

  /** A warning about what runs; told with the next record, or at the end. */
  warn(message: string): void {
    this.#warnings.push({ message, line: this.line })
  }

  /** Undefined: there is nothing to tell. */
  tellWarnings(): Promise<void> | undefined {
    if (this.#warnings.length === 0) return undefined
    const told = this.#warnings.map(({ message, line }) => `${this.call.name}: ${this.placeOf(Math.max(line, 1))}: warning: ${message}\n`)
    this.#warnings = []
    return this.call.stderr.write(told.join(''))
  }

  /** Called in loops. */
  step(): void {
    this.#steps += 1
    if ((this.#steps & 1023) === 0) this.call.tick()
  }

  /** Where a variable of the program is kept. */
  slotOf(name: string): number {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    this.#names.set(name, this.globals.length)
    this.globals.push(undefined)
    return this.globals.length - 1
  }

  global(name: string): Scalar {
    return scalarOf(this.globals[this.slotOf(name)], name)
  }

  setGlobal(name: string, value: Scalar): void {
    const special = this.specials.get(name)
    if (special !== undefined) return special.set(value)
    const slot = this.slotOf(name)
    if (this.globals[slot] instanceof AwkArray) throw new Fatal(`attempt to use array \`${name}' in a scalar context`)
    this.globals[slot] = value
  }

  /** An array that awk itself fills. */
  arrayOf(name: string): AwkArray {
    const slot = this.slotOf(name)
    const found = this.globals[slot]
    if (found instanceof AwkArray) return found
    const array = new AwkArray()
    this.globals[slot] = array
    return array
  }

  /** A value as text, where it is not printed. */
  textOf(value: Scalar): string {
    if (typeof value === 'string') return value
    if (typeof value === 'number') return numberText(value, this.convfmt)
    if (value === undefined) return ''
    return value instanceof InputText ? value.text : value.source
  }

  /** A value as `print` shows it. */
  printed(value: Scalar): string {
    return typeof value === 'number' ? numberText(value, this.ofmt) : this.textOf(value)
  }

  keyOf(value: Scalar): string {
    return keyOf(value, (number) => numberText(number, this.convfmt))
  }

  /** The text of a value where it is compared: IGNORECASE takes the case from it. */
  compared(value: Scalar): string {
    const text = this.textOf(value)
    return this.ignoreCase ? text.toLowerCase() : text
  }

  /** An expression that is ready to match, with IGNORECASE as it is now. */
  pattern(source: string): Pattern {
    const key = this.ignoreCase ? `i${source}` : `-${source}`
    const known = this.#patterns.get(key)
    if (known !== undefined) return known
    if (this.#patterns.size >= PATTERNS_KEPT) this.#patterns.clear()
    const made = this.#compiled(source)
    this.#patterns.set(key, made)
    return made
  }

  #compiled(source: string): Pattern {
    try {
      return compilePattern(source, { dialect: 'awk', ignoreCase: this.ignoreCase, tick: () => this.call.tick() })
    } catch (thrown) {
      if (thrown instanceof RegexMissing) throw new Fatal(thrown.message)
      if (thrown instanceof RegexError) throw new Fatal(`invalid regexp: ${thrown.message}: /${source}/`)
      throw thrown
    }
  }

  /** The pattern that a value stands for. */
  patternOf(value: Scalar): Pattern {
    return this.pattern(value instanceof RegexValue ? value.source : this.textOf(value))
  }

  /** What FS or the third argument of `split` means. */
  separatorOf(value: Scalar, isRecord = false): Separator {
    const isRegex = value instanceof RegexValue
    const text = this.textOf(value)
    const orNewline = isRecord && this.recordEnd.type === 'paragraph'
    if (text === '') return { type: 'each' }
    if (!isRegex && text === ' ') return { type: 'blank' }
    if (!isRegex && text.length === 1 && !(this.ignoreCase && /[A-Za-z]/.test(text))) return { type: 'char', char: text, orNewline }
    return { type: 'pattern', pattern: this.pattern(orNewline ? `(${text})|\n` : text) }
  }

  #useSplitter(which: 'FS' | 'FPAT' | 'FIELDWIDTHS'): void {
    this.#splitter = which
    if (which === 'FS') this.fields.separator = this.separatorOf(this.#fs, true)
    else if (which === 'FPAT') this.fields.separator = { type: 'content', pattern: this.patternOf(this.#fpat) }
    else {
      const widths = widthsOf(this.textOf(this.#fieldwidths))
      if (widths === undefined) throw new Fatal(`invalid FIELDWIDTHS value, for field 1, near \`${this.textOf(this.#fieldwidths)}'`)
      this.fields.separator = { type: 'widths', widths }
    }
  }

  #setRecordEnd(value: Scalar): void {
    this.#rs = value
    const text = this.textOf(value)
    if (text === '') this.recordEnd = { type: 'paragraph' }
    else if (text.length === 1 && !(this.ignoreCase && /[A-Za-z]/.test(text))) this.recordEnd = { type: 'char', char: text }
    else this.recordEnd = { type: 'pattern', pattern: this.patternOf(value) }
    if (this.#splitter === 'FS') this.#useSplitter('FS')
  }

  /** A special variable whose text is kept where the machine needs it. */
  #kept(name: string, initial: string, take: (text: string) => void): [string, Special] {
    this.#raw.set(name, initial)
    const set = (value: Scalar): void => {
      this.#raw.set(name, value)
      take(this.textOf(value))
    }
    return [name, { get: () => this.#raw.get(name), set }]
  }

  #makeSpecials(): ReadonlyMap<string, Special> {
    const splitting = (name: 'FS' | 'FPAT' | 'FIELDWIDTHS', get: () => Scalar, keep: (value: Scalar) => void): [string, Special] => [
      name,
      {
        get,
        set: (value) => {
          keep(value)
          this.#useSplitter(name)
        },
      },
    ]
    return new Map<string, Special>([
      ['NF', { get: () => this.fields.count, set: (value) => void (this.fields.count = toNumber(value)) }],
      ['NR', { get: () => this.nr, set: (value) => void (this.nr = toNumber(value)) }],
      ['FNR', { get: () => this.fnr, set: (value) => void (this.fnr = toNumber(value)) }],
      ['RS', { get: () => this.#rs, set: (value) => this.#setRecordEnd(value) }],
      [
        'IGNORECASE',
        {
          get: () => (this.ignoreCase ? 1 : 0),
          set: (value) => {
            this.ignoreCase = toTruth(value)
            this.#setRecordEnd(this.#rs)
            if (this.#splitter !== 'FIELDWIDTHS') this.#useSplitter(this.#splitter)
          },
        },
      ],
      splitting(
        'FS',
        () => this.#fs,
        (value) => void (this.#fs = value),
      ),
      splitting(
        'FPAT',
        () => this.#fpat,
        (value) => void (this.#fpat = value),
      ),
      splitting(
        'FIELDWIDTHS',
        () => this.#fieldwidths,
        (value) => void (this.#fieldwidths = value),
      ),
      this.#kept('OFS', ' ', (text) => {
        this.fields.glue = text
        this.ofs = text
      }),
      this.#kept('ORS', '\n', (text) => void (this.ors = text)),
      this.#kept('SUBSEP', '\x1c', (text) => void (this.subsep = text)),
      this.#kept('CONVFMT', '%.6g', (text) => void (this.convfmt = text)),
      this.#kept('OFMT', '%.6g', (text) => void (this.ofmt = text)),
    ])
  }
}
