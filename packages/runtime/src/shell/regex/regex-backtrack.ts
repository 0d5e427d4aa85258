import { hasChar } from './char-set'
import { RegexMissing } from './regex-node'
import { holds, type Machine } from './regex-machine'
import type { Step } from './regex-program'

const MAX_SEEN_BITS = 1 << 28

/** Where groups of a match are: start and end of each in turn, -1 for one that took no part. Group 0 is the match. */
export type Spans = Int32Array

interface Goal {
  readonly start: number
  /** Where the match must end; undefined: as far on as it can, for programs with back-references. */
  readonly end?: number
}

/**
 * The groups of a match that begins at `start`: of all ways to match it the one that the C library takes, which prefers
 * earlier branches and more rounds. With `end` known each place is visited once, so time is linear in program times match.
 */
export function spansOf(machine: Machine, text: string, goal: Goal): Spans | undefined {
  return new Backtracker(machine, text, goal).run()
}

const RESTORE = -1

class Backtracker {
  readonly #machine: Machine
  readonly #text: string
  readonly #goal: Goal
  readonly #spans: Spans
  readonly #seen: Uint32Array | undefined
  /** Jobs: a step and a place to try, or RESTORE, an index of spans and its old value. */
  readonly #jobs: number[] = []
  #best: Spans | undefined
  #count = 0

  constructor(machine: Machine, text: string, goal: Goal) {
    this.#machine = machine
    this.#text = text
    this.#goal = goal
    this.#spans = new Int32Array((machine.groups + 1) * 3).fill(-1)
    if (goal.end !== undefined) {
      const bits = machine.steps.length * (goal.end - goal.start + 1)
      if (bits > MAX_SEEN_BITS) throw new RegexMissing('finding the groups of a match of this length')
      this.#seen = new Uint32Array((bits >> 5) + 1)
    }
  }

  run(): Spans | undefined {
    const { start } = this.#goal
    this.#spans[0] = start
    this.#jobs.push(0, start)
    while (this.#jobs.length > 0) {
      const at = this.#jobs.pop() ?? 0
      const step = this.#jobs.pop() ?? 0
      if (step === RESTORE) {
        this.#spans[at] = this.#jobs.pop() ?? -1
        continue
      }
      if (this.#walk(step, at)) break
    }
    return this.#best
  }

  /** Goes on until it can no more. True: the match that is wanted was found. */
  #walk(first: number, from: number): boolean {
    const { steps, tick } = this.#machine
    let place = first
    let at = from
    for (;;) {
      if (++this.#count % 4096 === 0) tick()
      if (this.#wasSeen(place, at)) return false
      const step = steps[place]
      if (step === undefined) return false
      switch (step.type) {
        case 'match':
          return this.#matched(at)
        case 'jump':
          place = step.to
          continue
        case 'split':
          this.#jobs.push(step.second, at)
          place = step.first
          continue
        case 'open':
          this.#open(step.group, at)
          break
        case 'close':
          this.#close(step, at)
          break
        default: {
          const next = this.#consume(step, at)
          if (next < 0) return false
          at = next
        }
      }
      place += 1
    }
  }

  /** Where the text goes on behind this step, -1 where it does not match. */
  #consume(step: Extract<Step, { type: 'set' | 'assert' | 'back' }>, at: number): number {
    const text = this.#text
    if (step.type === 'back') return this.#repeated(step.group, at)
    if (step.type === 'assert') return holds(step.what, text, { at, word: this.#machine.word }) ? at : -1
    const code = text.codePointAt(at)
    if (code === undefined || !hasChar(step.set, code)) return -1
    return at + (code > 0xffff ? 2 : 1)
  }

  #repeated(group: number, at: number): number {
    const start = this.#spans[group * 2] ?? -1
    const end = this.#spans[group * 2 + 1] ?? -1
    if (start < 0 || end < 0) return -1
    const wanted = this.#text.slice(start, end)
    const found = this.#text.slice(at, at + wanted.length)
    if (found === wanted) return at + wanted.length
    return this.#machine.ignoreCase && found.toLowerCase() === wanted.toLowerCase() ? at + wanted.length : -1
  }

  #set(index: number, value: number): void {
    this.#jobs.push(this.#spans[index] ?? -1, RESTORE, index)
    this.#spans[index] = value
  }

  /** The old span stays readable until the group closes: where it began is kept behind the spans. */
  #open(group: number, at: number): void {
    this.#set((this.#machine.groups + 1) * 2 + group, at)
  }

  #close(step: { readonly group: number; readonly isLoop: boolean }, at: number): void {
    const begun = this.#spans[(this.#machine.groups + 1) * 2 + step.group] ?? -1
    const wasSet = (this.#spans[step.group * 2 + 1] ?? -1) >= 0
    if (step.isLoop && begun === at && wasSet) return
    this.#set(step.group * 2, begun)
    this.#set(step.group * 2 + 1, at)
  }

  #wasSeen(place: number, at: number): boolean {
    const { start, end } = this.#goal
    if (this.#seen === undefined || end === undefined) return false
    if (at > end) return true
    const bit = place * (end - start + 1) + (at - start)
    const word = this.#seen[bit >> 5] ?? 0
    if ((word >>> (bit & 31)) & 1) return true
    this.#seen[bit >> 5] = word | (1 << (bit & 31))
    return false
  }

  #matched(at: number): boolean {
    const { end } = this.#goal
    if (end !== undefined && at !== end) return false
    if (this.#best === undefined || at > (this.#best[1] ?? -1)) {
      this.#best = this.#spans.slice()
      this.#best[1] = at
    }
    return end !== undefined || at === this.#text.length
  }
}
