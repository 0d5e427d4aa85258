/** Lines with their ends; the last may lack it. */
export function linesOf(text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  const last = lines.pop() ?? ''
  const out = lines.map((line) => `${line}\n`)
  if (last !== '') out.push(last)
  return out
}

/** What of whitespace does not count when lines are compared. */
export interface SpaceStyle {
  readonly space?: 'all' | 'amount' | 'end' | 'cr' | undefined
}

/** What lines are compared by. */
export function lineKey(line: string, { space }: SpaceStyle): string {
  switch (space) {
    case 'all':
      return line.replace(/[ \t\n\v\f\r]+/g, '')
    case 'amount':
      return line.replace(/[ \t\n\v\f\r]+$/, '').replace(/[ \t\v\f\r]+/g, ' ')
    case 'end':
      return line.replace(/[ \t\n\v\f\r]+$/, '')
    case 'cr':
      return line.replace(/\r?\n$/, '\n')
    default:
      return line
  }
}

/** Numbers for two lists of lines, equal where the lines are. */
export function numbered(a: readonly string[], b: readonly string[], style: SpaceStyle = {}): readonly [Int32Array, Int32Array] {
  const ids = new Map<string, number>()
  const number = (line: string): number => {
    const key = lineKey(line, style)
    const known = ids.get(key)
    if (known !== undefined) return known
    ids.set(key, ids.size)
    return ids.size - 1
  }
  return [Int32Array.from(a, number), Int32Array.from(b, number)]
}

/** Lines `a0..a1` of the old side became `b0..b1` of the new one. */
export interface Change {
  readonly a0: number
  readonly a1: number
  readonly b0: number
  readonly b1: number
}

/** The changes that two lists of flags describe. */
export function changesOf(a: Uint8Array, b: Uint8Array): Change[] {
  const changes: Change[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (!a[i] && !b[j]) {
      i += 1
      j += 1
      continue
    }
    const a0 = i
    const b0 = j
    while (a[i]) i += 1
    while (b[j]) j += 1
    changes.push({ a0, a1: i, b0, b1: j })
  }
  return changes
}
