import { NotImplemented } from '../../command'
import { breaksOf, squared, type Breaks } from './breaks'
import { wordsOf, type Line, type Word } from './words'

/** What the options ask for. */
export interface Plan {
  readonly width: number
  readonly goal: number
  readonly prefix: string
  readonly mode: 'plain' | 'crown' | 'tagged' | 'split'
  readonly isUniform: boolean
}

/** The prefix as it is looked for, and the blanks that have to stand around it. */
export interface Prefix {
  readonly text: string
  readonly lead: number
  readonly full: number
}

/** Blanks from a column on; with tabs where the text has some. */
export function blanksAt(column: number, count: number, usesTabs: boolean): string {
  const goal = column + Math.max(0, count)
  const stop = Math.floor(goal / 8) * 8
  if (!usesTabs || column + 1 >= stop) return ' '.repeat(goal - column)
  return '\t'.repeat(Math.ceil((stop - column) / 8)) + ' '.repeat(goal - stop)
}

/** What stands before a paragraph's lines. */
interface Edge {
  readonly prefix: Prefix
  readonly usesTabs: boolean
  readonly other: number
}

/** So many characters and words are looked at together; what is longer is broken where it costs least, and goes on there. */
const MOST_CHARS = 5000
const MOST_WORDS = 998
/** Later breaks are liked better by so much a line. */
const LINE_CREDIT = squared(3)

/** Fills one paragraph. */
export class Paragraph {
  readonly #plan: Plan
  readonly #edge: Edge
  readonly #first: number
  readonly #prefixIndent: number
  #above = 0
  #words: Word[] = []
  #text = ''

  constructor(lines: readonly Line[], plan: Plan, edge: Edge) {
    this.#plan = plan
    this.#edge = edge
    this.#first = lines[0]?.indent ?? 0
    this.#prefixIndent = lines[0]?.prefixIndent ?? 0
    let room = MOST_CHARS
    for (const word of wordsOf(lines, plan.isUniform)) {
      let { text } = word
      while (text.length > room) {
        if (plan.mode === 'crown' || plan.mode === 'tagged')
          throw new NotImplemented('-c and -t for paragraphs of more than 5000 characters')
        if (this.#words.length === 0) {
          this.#text += text.slice(0, room)
          text = text.slice(room)
          room = MOST_CHARS
        } else room = this.#flush()
      }
      this.#words.push({ ...word, text })
      room -= text.length
      if (this.#words.length <= MOST_WORDS) continue
      const last = this.#words.splice(-1)
      room = this.#flush() - text.length
      this.#words.push(...last)
    }
  }

  /** The lines. */
  get text(): string {
    const { starts } = this.#breaks()
    this.#put([...starts, this.#words.length])
    return this.#text
  }

  #breaks(): Breaks {
    return breaksOf(this.#words, this.#plan, { first: this.#first, other: this.#edge.other, above: this.#above })
  }

  /** Writes up to the break that costs least; gives the room that there is then. */
  #flush(): number {
    const { starts, best } = this.#breaks()
    const all = this.#words.length
    let [split, least] = [all, Infinity]
    for (const start of starts.slice(1)) {
      const here = best[start]
      const cost = (here?.cost ?? 0) - (best[here?.next ?? all]?.cost ?? 0)
      if (cost < least) [split, least] = [start, cost]
      least += LINE_CREDIT
    }
    this.#put([...starts.filter((start) => start < split), split])
    this.#words = this.#words.slice(split)
    return MOST_CHARS - this.#words.reduce((sum, { text }) => sum + text.length, 0)
  }

  #put(edges: readonly number[]): void {
    for (const [at, end] of edges.entries()) {
      const start = edges[at - 1]
      if (start !== undefined) this.#line(this.#words.slice(start, end), at === 1 ? this.#first : this.#edge.other)
    }
  }

  #line(words: readonly Word[], indent: number): void {
    const { prefix, usesTabs } = this.#edge
    const before = this.#prefixIndent + prefix.text.length
    let line = blanksAt(0, this.#prefixIndent, usesTabs) + prefix.text + blanksAt(before, indent - before, usesTabs)
    let column = Math.max(before, indent)
    for (const [i, { text, space }] of words.entries()) {
      column += text.length
      line += text
      if (i === words.length - 1) break
      line += blanksAt(column, space, usesTabs)
      column += space
    }
    this.#above = column
    this.#text += `${line}\n`
  }
}
