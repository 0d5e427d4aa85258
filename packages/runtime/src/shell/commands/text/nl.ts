import { latinWord, recordBatches, textOfLatin } from './latin'
import { curly } from './quotes'
import { numberOrFail } from './counts'
import { joinedInput, textTool, usageError, type Tool } from './tool'
import { basicPattern } from './pattern'

const SECTIONS = ['header', 'body', 'footer'] as const
type Section = (typeof SECTIONS)[number]
type Style = (line: string) => boolean | 'all'

function styleOf(text: string, section: Section): Style {
  switch (text.charAt(0)) {
    case 'a':
      return () => 'all'
    case 't':
      return (line) => line !== ''
    case 'n':
      return () => false
    case 'p': {
      const matches = basicPattern(text.slice(1))
      return (line) => matches(textOfLatin(line))
    }
    default:
      return usageError(`invalid ${section} numbering style: ${curly(text)}`)
  }
}

interface Plan {
  readonly styles: Readonly<Record<Section, Style>>
  readonly marks: ReadonlyMap<string, Section>
  readonly join: number
  readonly increment: bigint
  readonly start: bigint
  readonly renumbers: boolean
  readonly separator: string
  readonly number: (value: bigint) => string
  readonly blank: string
}

function formatOf(format: string, width: number): (value: bigint) => string {
  if (format === 'ln') return (value) => String(value).padEnd(width)
  if (format === 'rn') return (value) => String(value).padStart(width)
  if (format === 'rz') return (value) => (value < 0n ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0'))
  return usageError(`invalid line numbering format: ${curly(format)}`)
}

function integerOf(text: string, what: string): bigint {
  return /^[-+]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : usageError(`${what}: ${curly(text)}`)
}

function planOf({ options }: Tool): Plan {
  const given = options.value('delimiter')
  const mark = given === undefined ? '\\:' : given.length === 1 ? `${given}:` : given
  const separator = latinWord(options.value('separator') ?? '\t')
  const width = numberOrFail(options.value('width') ?? '6', 'invalid line number field width', 1)
  return {
    styles: {
      header: styleOf(options.value('header') ?? 'n', 'header'),
      body: styleOf(options.value('body') ?? 't', 'body'),
      footer: styleOf(options.value('footer') ?? 'n', 'footer'),
    },
    marks: new Map(mark === '' ? [] : SECTIONS.map((section, at) => [latinWord(mark.repeat(3 - at)), section])),
    join: numberOrFail(options.value('join') ?? '1', 'invalid line number of blank lines', 1),
    increment: integerOf(options.value('increment') ?? '1', 'invalid line number increment'),
    start: integerOf(options.value('start') ?? '1', 'invalid starting line number'),
    renumbers: !options.has('no-renumber'),
    separator,
    number: formatOf(options.value('format') ?? 'rn', width),
    blank: ' '.repeat(width + separator.length),
  }
}

class Numbering {
  readonly #plan: Plan
  #section: Section = 'body'
  #value: bigint
  #blanks = 0

  constructor(plan: Plan) {
    this.#plan = plan
    this.#value = plan.start
  }

  line(line: string): string {
    const section = this.#plan.marks.get(line)
    if (section !== undefined) {
      this.#section = section
      if (this.#plan.renumbers) this.#value = this.#plan.start
      return ''
    }
    if (!this.#isNumbered(line)) return this.#plan.blank + line
    const number = this.#plan.number(this.#value)
    this.#value += this.#plan.increment
    return number + this.#plan.separator + line
  }

  #isNumbered(line: string): boolean {
    const chosen = this.#plan.styles[this.#section](line)
    if (chosen !== 'all' || this.#plan.join <= 1) return chosen !== false
    this.#blanks = line === '' ? this.#blanks + 1 : 0
    if (line !== '' || this.#blanks === this.#plan.join) {
      this.#blanks = 0
      return true
    }
    return false
  }
}

/** Numbers lines. */
export const nlCommand = textTool({
  name: 'nl',
  summary: 'writes lines with numbers before them',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'body', short: 'b', long: ['body-numbering'], value: 'required' },
      { key: 'delimiter', short: 'd', long: ['section-delimiter'], value: 'required' },
      { key: 'footer', short: 'f', long: ['footer-numbering'], value: 'required' },
      { key: 'header', short: 'h', long: ['header-numbering'], value: 'required' },
      { key: 'increment', short: 'i', long: ['line-increment'], value: 'required' },
      { key: 'join', short: 'l', long: ['join-blank-lines'], value: 'required' },
      { key: 'format', short: 'n', long: ['number-format'], value: 'required' },
      { key: 'no-renumber', short: 'p', long: ['no-renumber'] },
      { key: 'separator', short: 's', long: ['number-separator'], value: 'required' },
      { key: 'start', short: 'v', long: ['starting-line-number'], value: 'required' },
      { key: 'width', short: 'w', long: ['number-width'], value: 'required' },
    ],
  },
  run: async (tool) => {
    const numbering = new Numbering(planOf(tool))
    const input = joinedInput(tool)
    for await (const { records } of recordBatches(input)) {
      tool.call.tick()
      for (const record of records) tool.out.put(`${numbering.line(record)}\n`)
      await tool.out.settle()
    }
    return input.code()
  },
})
