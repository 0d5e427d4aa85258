import { assertNever } from '@tabwright/protocol'
import { hasChar, type CharSet } from './char-set'
import type { Assertion } from './regex-node'
import type { Step } from './regex-program'

/** A program and what it asks at places between characters. */
export interface Machine {
  readonly steps: readonly Step[]
  readonly word: CharSet
  readonly groups: number
  readonly ignoreCase: boolean
  /** Asked every few thousand steps; may throw. */
  readonly tick: () => void
}

const TICK_EVERY = 4096

function isWordBefore(text: string, at: number, word: CharSet): boolean {
  if (at === 0) return false
  const unit = text.charCodeAt(at - 1)
  const isPair = unit >= 0xdc00 && unit < 0xe000 && at > 1 && (text.charCodeAt(at - 2) & 0xfc00) === 0xd800
  return hasChar(word, isPair ? (text.codePointAt(at - 2) ?? 0) : unit)
}

function isWordAt(text: string, at: number, word: CharSet): boolean {
  return at < text.length && hasChar(word, text.codePointAt(at) ?? 0)
}

/** Whether `what` holds before the character at `at`. */
export function holds(what: Assertion, text: string, { at, word }: { readonly at: number; readonly word: CharSet }): boolean {
  switch (what) {
    case 'textStart':
      return at === 0
    case 'textEnd':
      return at === text.length
    case 'textEndNewline':
      return at === text.length || (at === text.length - 1 && text.charCodeAt(at) === 10)
    case 'lineStart':
      return at === 0 || text.charCodeAt(at - 1) === 10
    case 'lineEnd':
      return at === text.length || text.charCodeAt(at) === 10
    case 'word':
      return isWordBefore(text, at, word) !== isWordAt(text, at, word)
    case 'notWord':
      return isWordBefore(text, at, word) === isWordAt(text, at, word)
    case 'wordStart':
      return !isWordBefore(text, at, word) && isWordAt(text, at, word)
    case 'wordEnd':
      return isWordBefore(text, at, word) && !isWordAt(text, at, word)
    case 'noWordBefore':
      return !isWordBefore(text, at, word)
    case 'noWordAfter':
      return !isWordAt(text, at, word)
    default:
      return assertNever(what)
  }
}

/** Threads that stand at one place of the text: each step once, the first to come stays, with where its match began. */
class Threads {
  readonly steps: Int32Array
  readonly starts: Int32Array
  readonly #places: Int32Array
  count = 0

  constructor(size: number) {
    this.steps = new Int32Array(size)
    this.starts = new Int32Array(size)
    this.#places = new Int32Array(size)
  }

  add(step: number, start: number): boolean {
    const place = this.#places[step] ?? 0
    if (place < this.count && this.steps[place] === step) return false
    this.#places[step] = this.count
    this.steps[this.count] = step
    this.starts[this.count] = start
    this.count += 1
    return true
  }
}

/** Where a match is. */
export interface Found {
  readonly start: number
  readonly end: number
}

/**
 * The leftmost and then longest match, in time linear in the text. Programs with back-references are not for this one.
 * @param how `isAnchored`: only a match that begins at `from`
 */
export function simulate(machine: Machine, text: string, how: { readonly from: number; readonly isAnchored: boolean }): Found | undefined {
  return new Simulation(machine, text).run(how)
}

class Simulation {
  readonly #machine: Machine
  readonly #text: string
  #now: Threads
  #next: Threads
  readonly #stack: number[] = []
  #best: Found | undefined

  constructor(machine: Machine, text: string) {
    this.#machine = machine
    this.#text = text
    this.#now = new Threads(machine.steps.length)
    this.#next = new Threads(machine.steps.length)
  }

  run({ from, isAnchored }: { readonly from: number; readonly isAnchored: boolean }): Found | undefined {
    const text = this.#text
    for (let at = from, count = 0; at <= text.length; count++) {
      if (count % TICK_EVERY === 0) this.#machine.tick()
      if (this.#best === undefined && (at === from || !isAnchored)) this.#follow(this.#now, { step: 0, start: at }, at)
      if (this.#now.count === 0 && (isAnchored || this.#best !== undefined)) break
      const code = text.codePointAt(at) ?? -1
      const width = code > 0xffff ? 2 : 1
      this.#advance(code, at + width)
      const old = this.#now
      this.#now = this.#next
      this.#next = old
      old.count = 0
      at += width
    }
    return this.#best
  }

  #advance(code: number, at: number): void {
    const { steps } = this.#machine
    const now = this.#now
    for (let i = 0; i < now.count; i++) {
      const start = now.starts[i] ?? 0
      if (this.#best !== undefined && start > this.#best.start) return
      const place = now.steps[i] ?? 0
      const step = steps[place]
      if (step?.type === 'set' && code >= 0 && hasChar(step.set, code)) this.#follow(this.#next, { step: place + 1, start }, at)
    }
  }

  /** Adds a thread and all it comes to without reading on. */
  #follow(threads: Threads, thread: { readonly step: number; readonly start: number }, at: number): void {
    const stack = this.#stack
    stack.push(thread.step)
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      if (!threads.add(place, thread.start)) continue
      const step = this.#machine.steps[place]
      if (step === undefined || step.type === 'set') continue
      if (step.type === 'match') this.#matched(thread.start, at)
      else if (step.type === 'jump') stack.push(step.to)
      else if (step.type === 'split') stack.push(step.second, step.first)
      else if (step.type !== 'assert' || holds(step.what, this.#text, { at, word: this.#machine.word })) stack.push(place + 1)
    }
  }

  #matched(start: number, end: number): void {
    const best = this.#best
    if (best === undefined || start < best.start || (start === best.start && end > best.end)) this.#best = { start, end }
  }
}
