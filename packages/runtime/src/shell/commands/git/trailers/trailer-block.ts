/** One line of the block at the end of a message, with the lines that go on from it. */
export interface Trailer {
  /** Undefined for a line that is no trailer. */
  readonly key: string | undefined
  readonly value: string
}

/** Where the trailers of a message stand. */
export interface TrailerBlock {
  readonly start: number
  readonly end: number
  readonly hasBlankLine: boolean
  readonly trailers: readonly Trailer[]
}

/** How a message is read. */
export interface TrailerReading {
  /** Characters that end a key. */
  readonly separators: string
  /** A line of dashes begins a patch. */
  readonly hasPatch: boolean
  /** Keys that settings name: with one of them other lines may stand between. */
  readonly known: readonly string[]
}

/** As the messages of commits are read. */
export const PLAIN_READING: TrailerReading = { separators: ':', hasPatch: false, known: [] }

const GENERATED = ['Signed-off-by: ', '(cherry picked from commit ']
const isBlank = (line: string): boolean => line.trim() === ''

/** Where the key of a line ends; -1 where it is no trailer. */
export function separatorAt(line: string, separators: string): number {
  const match = /^([A-Za-z0-9-]*)[ \t]*/.exec(line)
  const key = match?.[1] ?? ''
  const at = key === '' ? 0 : (match?.[0].length ?? 0)
  return at < line.length && separators.includes(line.charAt(at)) ? at : -1
}

/** Whether a key that was typed is one that is known, however much of it was typed. */
export function isSameKey(a: string, b: string): boolean {
  const [x, y] = [trimmedKey(a), trimmedKey(b)]
  const length = Math.min(x.length, y.length)
  return x.slice(0, length).toLowerCase() === y.slice(0, length).toLowerCase()
}

function trimmedKey(key: string): string {
  return key.replace(/[^A-Za-z0-9]+$/, '')
}

/** Finds the trailers of a message. */
export function trailerBlock(text: string, reading: TrailerReading): TrailerBlock {
  const patch = reading.hasPatch ? /^---(?:\s|$)/m.exec(text) : null
  const end = logEnd(text.slice(0, patch?.index ?? text.length))
  const lines = (text.slice(0, end).match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line): string => line)
  const first = firstTrailer(lines, reading)
  const start = lines.slice(0, first).join('').length
  const before = lines[first - 1]
  return { start, end, hasBlankLine: before !== undefined && isBlank(before), trailers: parsed(lines.slice(first), reading) }
}

/** What comments and lists of conflicts at the end leave. */
function logEnd(text: string): number {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  let at = 0
  let boundary: number | undefined
  let isConflict = false
  for (const line of lines) {
    if (line.startsWith('#') || line === '\n') boundary ??= at
    else if (line.startsWith('Conflicts:\n')) {
      isConflict = true
      boundary ??= at
    } else if (!(isConflict && line.startsWith('\t'))) {
      boundary = undefined
      isConflict = false
    }
    at += line.length
  }
  return boundary ?? text.length
}

/** From the end upwards: the last paragraph, where it is made of trailers alone, or a quarter of it and one of them is known. */
function firstTrailer(lines: readonly string[], { separators, known }: TrailerReading): number {
  const title = lines.findIndex((line) => !line.startsWith('#') && isBlank(line))
  if (title < 0) return lines.length
  let [trailers, others, pending] = [0, 0, 0]
  let isKnown = false
  let isOnlySpace = true
  for (let i = lines.length - 1; i >= title; i--) {
    const line = lines[i] ?? ''
    if (line.startsWith('#')) {
      others += pending
      pending = 0
      continue
    }
    if (isBlank(line)) {
      if (isOnlySpace) continue
      others += pending
      const isBlock = (isKnown && trailers * 3 >= others) || (trailers > 0 && others === 0)
      return isBlock ? i + 1 : lines.length
    }
    isOnlySpace = false
    const at = separatorAt(line, separators)
    const isGenerated = GENERATED.some((start) => line.startsWith(start))
    if (isGenerated || (at >= 1 && !/^\s/.test(line))) {
      trailers += 1
      pending = 0
      isKnown = isKnown || isGenerated || known.some((key) => isSameKey(line.slice(0, at), key))
    } else if (/^\s/.test(line)) pending += 1
    else {
      others += 1 + pending
      pending = 0
    }
  }
  return lines.length
}

function parsed(lines: readonly string[], { separators }: TrailerReading): Trailer[] {
  const items: string[] = []
  for (const line of lines) {
    if (line.startsWith('#')) continue
    const last = items.length - 1
    if (/^[ \t]/.test(line) && last >= 0 && separatorAt(items[last] ?? '', separators) >= 1) items[last] += line
    else items.push(line)
  }
  return items.map((item) => {
    const at = separatorAt(item, separators)
    if (at < 1) return { key: undefined, value: item.replace(/\n$/, '') }
    return { key: item.slice(0, at).trim(), value: item.slice(at + 1).trim() }
  })
}

/** A value in one line. */
export function unfolded(value: string): string {
  return value.replace(/\n\s*/g, ' ').trim()
}
