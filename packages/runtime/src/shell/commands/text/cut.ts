import type { Input } from '../../streams/stream'
import { latinWord, readLatin, recordBatches } from './latin'
import { curly } from './quotes'
import { eachInput, textTool, usageError, type Tool } from './tool'

/** First and last place, both counted from 1. */
interface Span {
  readonly from: number
  readonly to: number
}

/** A list such as `1,3-5,7-` in order, overlaps joined; spans that only touch stay apart. */
export function spansOf(
  list: string,
  words: { readonly what: 'field' | 'byte/character'; readonly isComplement: boolean },
): readonly Span[] {
  const what = words.what === 'field' ? 'field' : 'byte or character'
  const spans = list.split(/[,\t ]/).map((item): Span => {
    const [, first = '', dash = '', last = ''] = /^(\d*)(-?)(\d*)$/.exec(item) ?? usageError(badItem(item, words.what))
    if (first === '' && last === '' && dash === '-') usageError('invalid range with no endpoint: -')
    const from = first === '' ? (dash === '' ? 0 : 1) : Number(first)
    const to = dash === '' ? from : last === '' ? Infinity : Number(last)
    if (from === 0) usageError(words.what === 'field' ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1')
    if (to < from) usageError('invalid decreasing range')
    return { from, to }
  })
  if (spans.length === 0) usageError(`missing list of ${what}s`)
  const inOrder: Span[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const before = inOrder.at(-1)
    if (before === undefined || span.from > before.to) inOrder.push(span)
    else inOrder[inOrder.length - 1] = { from: before.from, to: Math.max(before.to, span.to) }
  }
  return words.isComplement ? complementOf(inOrder) : inOrder
}

function badItem(item: string, what: string): string {
  if (what === 'field') return `invalid field value ${curly(/^\d*-?\d*-/.test(item) ? item : item.replace(/^[\d-]*/, ''))}`
  return `invalid byte/character position ${curly(item.replace(/^[\d-]*(?=[^\d-])/, ''))}`
}

function complementOf(spans: readonly Span[]): readonly Span[] {
  const out: Span[] = []
  let next = 1
  for (const { from, to } of spans) {
    if (from > next) out.push({ from: next, to: from - 1 })
    next = to + 1
  }
  if (next < Infinity) out.push({ from: next, to: Infinity })
  return out
}

interface Plan {
  readonly separator: string
  readonly line: (line: string) => string | undefined
}

function bytePlan(spans: readonly Span[], delimiter: string): (line: string) => string {
  const [only] = spans
  if (spans.length === 1 && only !== undefined) return (line) => line.slice(only.from - 1, only.to)
  return (line) =>
    spans
      .filter(({ from }) => from <= line.length)
      .map(({ from, to }) => line.slice(from - 1, to))
      .join(delimiter)
}

function fieldPlan(
  spans: readonly Span[],
  { options }: Tool,
  words: { input: string; output: string },
): (line: string) => string | undefined {
  const onlyDelimited = options.has('only')
  return (line) => {
    if (!line.includes(words.input)) return onlyDelimited ? undefined : line
    const fields = line.split(words.input)
    return spans.flatMap(({ from, to }) => fields.slice(from - 1, to)).join(words.output)
  }
}

function planOf(tool: Tool): Plan & { readonly delimiter: string | undefined } {
  const { options } = tool
  const lists = options.found.filter(({ key }) => key === 'bytes' || key === 'characters' || key === 'fields')
  if (lists.length > 1) usageError('only one list may be specified')
  const [list] = lists
  if (list === undefined) return usageError('you must specify a list of bytes, characters, or fields')
  const isFields = list.key === 'fields'
  const delimiter = options.value('delimiter')
  const input = delimiter === undefined ? '\t' : delimiter === '' ? '\0' : latinWord(delimiter)
  if (input.length > 1) usageError('the delimiter must be a single character')
  if (delimiter !== undefined && !isFields) usageError('an input delimiter may be specified only when operating on fields')
  if (options.has('only') && !isFields) usageError('suppressing non-delimited lines makes sense\n\tonly when operating on fields')
  const spans = spansOf(list.value ?? '', { what: isFields ? 'field' : 'byte/character', isComplement: options.has('complement') })
  const given = options.value('output')
  const output = given === undefined ? undefined : given === '' ? '\0' : latinWord(given)
  return {
    separator: options.has('zero') ? '\0' : '\n',
    line: isFields ? fieldPlan(spans, tool, { input, output: output ?? input }) : bytePlan(spans, output ?? ''),
    delimiter: isFields ? input : undefined,
  }
}

async function cut(tool: Tool): Promise<number> {
  const { call, out } = tool
  const plan = planOf(tool)
  return eachInput(tool, async (input) => {
    if (plan.delimiter === plan.separator) return whole(tool, input, plan)
    for await (const { records } of recordBatches(input, plan.separator)) {
      call.tick()
      for (const record of records) {
        const line = plan.line(record)
        if (line !== undefined) out.put(line + plan.separator)
      }
      await out.settle()
    }
    return undefined
  })
}

/** With the end of lines for a delimiter, all of a file is one line and its lines are the fields. */
async function whole({ out }: Tool, input: Input, plan: Plan): Promise<void> {
  const text = await readLatin(input)
  if (text === '') return
  const line = plan.line(text.endsWith(plan.separator) ? text.slice(0, -1) : text)
  if (line !== undefined) out.put(line + plan.separator)
}

/** Parts of lines. */
export const cutCommand = textTool({
  name: 'cut',
  summary: 'writes parts of each line: bytes, or fields between delimiters',
  usage: 'OPTION... [FILE]...',
  shape: {
    options: [
      { key: 'bytes', short: 'b', long: ['bytes'], value: 'required' },
      { key: 'characters', short: 'c', long: ['characters'], value: 'required' },
      { key: 'delimiter', short: 'd', long: ['delimiter'], value: 'required' },
      { key: 'fields', short: 'f', long: ['fields'], value: 'required' },
      { key: 'whole', short: 'n' },
      { key: 'complement', long: ['complement'] },
      { key: 'only', short: 's', long: ['only-delimited'] },
      { key: 'output', long: ['output-delimiter'], value: 'required' },
      { key: 'zero', short: 'z', long: ['zero-terminated'] },
    ],
  },
  run: cut,
})
