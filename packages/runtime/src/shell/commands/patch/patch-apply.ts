import type { Hunk } from './patch-text'

/** A hunk that is ready to be looked for. */
interface Pattern {
  readonly first: number
  readonly lines: readonly string[]
  readonly prefix: number
  readonly suffix: number
}

/** The same hunk the other way round. */
export function swapped({ oldStart, newStart, lines, title }: Hunk): Hunk {
  const signs = { ' ': ' ', '-': '+', '+': '-' } as const
  const turned = lines.map(({ sign, text }) => ({ sign: signs[sign], text }))
  return { oldStart: newStart, newStart: oldStart, lines: ordered(turned), title }
}

/** Within a change, what goes stands in front of what comes. */
function ordered(lines: Hunk['lines']): Hunk['lines'] {
  const out: Hunk['lines'][number][] = []
  for (let at = 0; at < lines.length;) {
    const end = lines.findIndex(({ sign }, i) => i >= at && sign === ' ')
    const stop = end < 0 ? lines.length : end
    const change = lines.slice(at, stop)
    out.push(...change.filter(({ sign }) => sign === '-'), ...change.filter(({ sign }) => sign === '+'))
    if (stop < lines.length) out.push(...lines.slice(stop, stop + 1))
    at = stop + 1
  }
  return out
}

function patternOf({ oldStart, lines }: Hunk): Pattern {
  const first = lines.findIndex(({ sign }) => sign !== ' ')
  const last = lines.findLastIndex(({ sign }) => sign !== ' ')
  return {
    first: oldStart,
    lines: lines.flatMap(({ sign, text }) => (sign === '+' ? [] : [text])),
    prefix: first < 0 ? lines.length : first,
    suffix: last < 0 ? 0 : lines.length - 1 - last,
  }
}

/** Context lines on the side that has more of them. */
export function contextOf(hunk: Hunk): number {
  const { prefix, suffix } = patternOf(hunk)
  return Math.max(prefix, suffix)
}

/** Changes the lines of one file, hunk by hunk. */
export class Application {
  readonly #input: readonly string[]
  readonly #isLoose: boolean
  readonly #tick: () => void
  readonly #out: string[] = []
  /** So many lines of the input are in the output for good. */
  #frozen = 0
  /** How far hunks were off so far, in the input. */
  offset = 0
  /** How many lines more the output has by now. */
  growth = 0

  constructor(input: readonly string[], how: { readonly isLoose: boolean; readonly tick: () => void }) {
    this.#input = input
    this.#isLoose = how.isLoose
    this.#tick = how.tick
  }

  /** The line at which a hunk fits; 0: at none. */
  locate(hunk: Hunk, fuzz: number): number {
    const { first, lines, prefix, suffix } = patternOf(hunk)
    const guess = first + this.offset
    const count = this.#input.length
    const context = Math.max(prefix, suffix)
    const [prefixFuzz, suffixFuzz] = [fuzz + prefix - context, fuzz + suffix - context]
    const highest = count - (lines.length - suffixFuzz) + 1
    const [up, down] = [highest - guess, Math.min(guess - (this.#frozen + 1), guess - 1)]
    if (lines.length === 0) return guess
    const tried = (at: number, front: number, back: number): number => {
      if (!this.#fits(lines, at, { front, back })) return 0
      this.offset += at - guess
      return at
    }
    if (prefixFuzz < 0 && first <= 1) {
      if (suffixFuzz < 0 && (lines.length !== count || prefix < this.#frozen)) return 0
      return this.#frozen <= prefix && 1 - guess <= up ? tried(1, 0, Math.max(0, suffixFuzz)) : 0
    }
    const front = Math.max(0, prefixFuzz)
    if (suffixFuzz < 0) {
      const at = count - lines.length + 1
      return guess - at <= down ? tried(at, front, 0) : 0
    }
    const least = up < 0 ? guess - highest : down < 0 ? this.#frozen + 1 - guess : 0
    for (let far = least; far <= Math.max(up, down); far++) {
      if ((far & 1023) === 0) this.#tick()
      const found =
        (far <= up ? tried(guess + far, front, suffixFuzz) : 0) || (far > 0 && far <= down ? tried(guess - far, front, suffixFuzz) : 0)
      if (found > 0) return found
    }
    return 0
  }

  #fits(lines: readonly string[], at: number, { front, back }: { readonly front: number; readonly back: number }): boolean {
    for (let i = front; i < lines.length - back; i++) {
      const own = this.#input[at - 1 + i]
      if (own === undefined || (own !== lines[i] && !(this.#isLoose && loose(own) === loose(lines[i] ?? '')))) return false
    }
    return true
  }

  /** Whether the hunk would fit but for the ends of its lines. */
  fitsButForEnds({ lines }: Hunk, at: number): boolean {
    const first = lines.find(({ sign }) => sign !== '+')
    const own = this.#input[at - 1]
    return first !== undefined && own !== undefined && first.text.endsWith('\r\n') !== own.endsWith('\r\n')
  }

  /** Puts a hunk in at the line where it was found. False: what it takes out is in the output already. */
  apply({ lines }: Hunk, where: number): boolean {
    if (where - 1 < this.#frozen) return false
    let at = where - 1
    for (; this.#frozen < at; this.#frozen++) this.#out.push(this.#input[this.#frozen] ?? '')
    for (const { sign, text } of lines) {
      if (sign === '+') {
        this.#out.push(text)
        this.growth += 1
      } else if (sign === '-') {
        at += 1
        this.growth -= 1
      } else this.#out.push(this.#input[at++] ?? '')
    }
    this.#frozen = at
    return true
  }

  /** The whole file as it is now. */
  result(): string {
    const lines = [...this.#out, ...this.#input.slice(this.#frozen)]
    // A line without an end is the last one only.
    return lines.map((line, i) => (line.endsWith('\n') || i === lines.length - 1 ? line : `${line}\n`)).join('')
  }
}

/** Lines that differ in white space only are the same. */
function loose(line: string): string {
  return line.replace(/[ \t\r\n]+$/, '').replace(/[ \t]+/g, ' ')
}
