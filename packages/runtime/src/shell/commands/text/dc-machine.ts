import { add, BcFault, compare, divide, fromInteger, modulo, multiply, negated, ONE, raise, squareRoot, ten, written, type BcNumber } from './bc-number' // prettier-ignore

/** A number, or a text in brackets, which is a program as well. */
export type DcValue = BcNumber | string

/** What the calculator needs from around it. */
export interface DcWorld {
  /** Text as it is. */
  put(text: string): void
  /** A number, broken into lines where it is long. */
  putNumber(digits: string): void
  /** Words for standard error; a line unless told that it is open. */
  tell(message: string, isOpen?: true): Promise<void>
  tick(): void
  /** A line of standard input; undefined: there is none. */
  line(): Promise<string | undefined>
  /** Runs a line of the shell. */
  system(line: string): Promise<void>
}

/** One level of a register; arrays belong to a level. */
interface Level {
  value: DcValue | undefined
  readonly array: Map<bigint, DcValue>
}

/** A text that runs. One that ended in a call lends its place to what it called. */
interface Frame {
  text: string
  at: number
  depth: number
}

class DcFault extends Error {}

const ZERO: BcNumber = fromInteger(0)
const EMPTY = 'stack empty'

type Two = (left: BcNumber, right: BcNumber, scale: number) => readonly BcNumber[]

const TWO: Readonly<Record<string, Two>> = {
  '+': (left, right) => [add(left, right)],
  '-': (left, right) => [add(left, negated(right))],
  '*': (left, right, scale) => [multiply(left, right, scale)],
  '/': (left, right, scale) => [divide(left, right, scale)],
  '%': (left, right, scale) => [modulo(left, right, scale)],
  '~': (left, right, scale) => [divide(left, right, scale), modulo(left, right, scale)],
}

function integerOf(value: BcNumber): bigint {
  return value.units / ten(value.scale)
}

/** Digits count for what they are, also those that the base has not. */
function numberIn(text: string, base: bigint): BcNumber {
  const [whole = '', fraction = ''] = text.replace('_', '').split('.')
  const sum = (digits: string): bigint => [...digits].reduce((all, digit) => all * base + BigInt(Number.parseInt(digit, 16)), 0n)
  const scale = fraction.length
  const units = sum(whole) * ten(scale) + (sum(fraction) * ten(scale)) / base ** BigInt(scale)
  return { units: text.startsWith('_') ? -units : units, scale }
}

/** The calculator: a stack, registers, and three settings. */
export class DcMachine {
  readonly #world: DcWorld
  readonly #stack: DcValue[] = []
  readonly #registers = new Map<string, Level[]>()
  readonly #frames: Frame[] = []
  #input = 10
  #output = 10
  #scale = 0
  hasQuit = false

  constructor(world: DcWorld) {
    this.#world = world
  }

  /** Runs a program; the stack stays for the next one. */
  async run(text: string): Promise<void> {
    this.#frames.push({ text, at: 0, depth: 1 })
    for (let frame = this.#frames.at(-1); frame !== undefined && !this.hasQuit; frame = this.#frames.at(-1)) {
      this.#world.tick()
      if (frame.at >= frame.text.length) {
        this.#frames.pop()
        continue
      }
      try {
        await this.#step(frame)
      } catch (thrown) {
        if (!(thrown instanceof DcFault || thrown instanceof BcFault)) throw thrown
        await this.#world.tell(`dc: ${thrown.message.toLowerCase().replace('of a negative', 'of negative')}`)
      }
    }
    this.#frames.length = 0
  }

  async #step(frame: Frame): Promise<void> {
    const { text } = frame
    const number = /_?[\dA-F]*(?:\.[\dA-F]*)?/y
    number.lastIndex = frame.at
    const digits = number.exec(text)?.[0] ?? ''
    if (digits !== '') {
      frame.at += digits.length
      this.#stack.push(numberIn(digits, BigInt(this.#input)))
      return
    }
    const letter = String.fromCodePoint(text.codePointAt(frame.at) ?? 0)
    frame.at += letter.length
    if (letter === '[') this.#stack.push(this.#bracketed(frame))
    else if (letter === '#') this.#restOfLine(frame)
    else if (letter === '?') this.#call((await this.#world.line()) ?? '')
    else if (letter === '!') await this.#bang(frame)
    else if ('<>='.includes(letter)) this.#compared(letter, this.#register(frame), false)
    else if (!this.#plain(letter, frame)) await this.#calculated(letter)
  }

  #bracketed(frame: Frame): string {
    const start = frame.at
    let depth = 1
    for (; frame.at < frame.text.length; frame.at++) {
      const letter = frame.text.charAt(frame.at)
      if (letter === '[') depth += 1
      else if (letter === ']') depth -= 1
      if (depth === 0) break
    }
    return frame.text.slice(start, frame.at++)
  }

  #restOfLine(frame: Frame): string {
    const end = frame.text.indexOf('\n', frame.at)
    const line = frame.text.slice(frame.at, end < 0 ? undefined : end)
    frame.at = end < 0 ? frame.text.length : end + 1
    return line
  }

  async #bang(frame: Frame): Promise<void> {
    const next = frame.text.charAt(frame.at)
    if (next !== '' && '<>='.includes(next)) {
      frame.at += 1
      this.#compared(next, this.#register(frame), true)
    } else await this.#world.system(this.#restOfLine(frame))
  }

  /** The name of a register: the letter that comes next. */
  #register(frame: Frame): string {
    const letter = frame.text.slice(frame.at, frame.at + 1)
    frame.at += letter.length
    return letter
  }

  #compared(letter: string, name: string, isNegated: boolean): void {
    const [top, second] = [this.#number(1), this.#number(2)]
    this.#stack.length -= 2
    const order = compare(top, second)
    const isTrue = letter === '=' ? order === 0 : letter === '<' ? order < 0 : order > 0
    if (isTrue === isNegated) return
    const value = this.#registers.get(name)?.at(-1)?.value
    if (typeof value === 'string') this.#call(value)
    else this.#stack.push(value ?? ZERO)
  }

  /** A text that is called last takes the place of its caller, so that loops need no room. */
  #call(text: string): void {
    const frame = this.#frames.at(-1)
    if (frame !== undefined && this.#frames.length > 1 && frame.at >= frame.text.length) {
      frame.text = text
      frame.at = 0
      frame.depth += 1
    } else this.#frames.push({ text, at: 0, depth: 1 })
  }

  #leave(levels: number): void {
    for (let left = levels; left > 0;) {
      const frame = this.#frames.pop()
      if (frame === undefined) return
      left -= frame.depth
    }
  }

  #pop(): DcValue {
    const value = this.#stack.pop()
    if (value === undefined) throw new DcFault(EMPTY)
    return value
  }

  /** The value so far below the top, which must be a number. */
  #number(depth: number): BcNumber {
    const value = this.#stack.at(-depth)
    if (value === undefined) throw new DcFault(EMPTY)
    if (typeof value === 'string') throw new DcFault('non-numeric value')
    return value
  }

  /** Commands that calculate. */
  async #calculated(letter: string): Promise<void> {
    const two = TWO[letter]
    if (two !== undefined) {
      if (this.#stack.length < 2) throw new DcFault(EMPTY)
      const made = two(this.#number(2), this.#number(1), this.#scale)
      this.#stack.splice(-2, 2, ...made)
    } else if (letter === '^') {
      if (this.#stack.length < 2) throw new DcFault(EMPTY)
      const [base, exponent] = [this.#number(2), this.#number(1)]
      if (exponent.units % ten(exponent.scale) !== 0n) await this.#world.tell('Runtime warning: non-zero scale in exponent')
      this.#stack.splice(-2, 2, raise(base, exponent, this.#scale))
    } else if (letter === 'v') this.#stack.push(squareRoot(this.#popNumber('square root of nonnumeric attempted'), this.#scale))
    else if (letter === '|') {
      if (this.#stack.length < 3) throw new DcFault(EMPTY)
      this.#stack.splice(-3, 3, this.#raisedModulo(this.#number(3), this.#number(2), this.#number(1)))
    } else {
      const code = letter.codePointAt(0) ?? 0
      const octal = `0${code.toString(8)}`
      // As the real one does: its name goes to standard error, the rest to standard output.
      await this.#world.tell('dc: ', true)
      this.#world.put(code > 32 && code < 127 ? `'${letter}' (${octal}) unimplemented\n` : `${octal} unimplemented\n`)
    }
  }

  #popNumber(complaint: string): BcNumber {
    const value = this.#pop()
    if (typeof value === 'string') throw new DcFault(complaint)
    return value
  }

  #raisedModulo(base: BcNumber, exponent: BcNumber, modulus: BcNumber): BcNumber {
    if (exponent.units < 0n) throw new DcFault('negative exponent')
    let power = base
    let value = ONE
    for (let left = integerOf(exponent); left > 0n; left /= 2n) {
      this.#world.tick()
      if (left % 2n === 1n) value = modulo(multiply(value, power, this.#scale), modulus, this.#scale)
      power = modulo(multiply(power, power, this.#scale), modulus, this.#scale)
    }
    return value
  }

  /** Commands that move, show and keep values. False: it is none of them. */
  #plain(letter: string, frame: Frame): boolean {
    const command = this.#commands[letter]
    if (command === undefined) return /\s|\0/.test(letter)
    command(frame)
    return true
  }

  readonly #commands: Readonly<Record<string, (frame: Frame) => void>> = {
    p: () => this.#show(this.#stack.at(-1), '\n'),
    n: () => this.#show(this.#pop(), ''),
    f: () => {
      for (const value of this.#stack.toReversed()) this.#show(value, '\n')
    },
    P: () => {
      const value = this.#pop()
      this.#world.put(typeof value === 'string' ? value : lettersOf(integerOf(value)))
    },
    c: () => void (this.#stack.length = 0),
    d: () => this.#stack.push(...this.#stack.slice(-1).concat(this.#stack.length === 0 ? [this.#pop()] : [])),
    r: () => {
      if (this.#stack.length < 2) return
      this.#stack.push(...this.#stack.splice(-2).toReversed())
    },
    R: () => this.#rotate(),
    z: () => this.#stack.push(fromInteger(this.#stack.length)),
    Z: () => {
      const value = this.#pop()
      this.#stack.push(fromInteger(typeof value === 'string' ? value.length : lengthOf(value)))
    },
    X: () => {
      const value = this.#pop()
      this.#stack.push(fromInteger(typeof value === 'string' ? 0 : value.scale))
    },
    a: () => {
      const value = this.#pop()
      this.#stack.push(typeof value === 'string' ? value.slice(0, 1) : String.fromCharCode(Number(integerOf(value) & 0xffn)))
    },
    x: () => {
      const value = this.#pop()
      if (typeof value === 'string') this.#call(value)
      else this.#stack.push(value)
    },
    q: () => {
      const levels = this.#frames.reduce((all, { depth }) => all + depth, 0)
      if (levels <= 2) this.hasQuit = true
      else this.#leave(2)
    },
    Q: () => {
      const levels = integerOf(this.#popNumber('Q command argument exceeded string execution depth'))
      if (levels < 1n) throw new DcFault('Q command requires a number >= 1')
      this.#leave(Number(levels))
    },
    i: () => (this.#input = this.#setting('input base must be a number between 2 and 16 (inclusive)', 2n, 16n)),
    o: () => (this.#output = this.#setting('output base must be a number greater than 1', 2n)),
    k: () => (this.#scale = this.#setting('scale must be a nonnegative number', 0n)),
    I: () => this.#stack.push(fromInteger(this.#input)),
    O: () => this.#stack.push(fromInteger(this.#output)),
    K: () => this.#stack.push(fromInteger(this.#scale)),
    s: (frame) => void (this.#level(this.#register(frame)).value = this.#pop()),
    l: (frame) => void this.#stack.push(this.#registers.get(this.#register(frame))?.at(-1)?.value ?? ZERO),
    S: (frame) => {
      const name = this.#register(frame)
      const value = this.#pop()
      const levels = this.#registers.get(name) ?? []
      this.#registers.set(name, levels)
      levels.push({ value, array: new Map() })
    },
    L: (frame) => {
      const name = this.#register(frame)
      const value = this.#registers.get(name)?.pop()?.value
      if (value === undefined) throw new DcFault(`stack register ${registerName(name)} is empty`)
      this.#stack.push(value)
    },
    ':': (frame) => {
      const name = this.#register(frame)
      const at = this.#index()
      this.#level(name).array.set(at, this.#pop())
    },
    ';': (frame) => {
      const name = this.#register(frame)
      const at = this.#index()
      this.#stack.push(this.#level(name).array.get(at) ?? ZERO)
    },
  }

  #index(): bigint {
    const at = integerOf(this.#popNumber('array index must be a nonnegative integer'))
    if (at < 0n) throw new DcFault('array index must be a nonnegative integer')
    return at
  }

  #level(name: string): Level {
    const levels = this.#registers.get(name) ?? []
    this.#registers.set(name, levels)
    if (levels.length === 0) levels.push({ value: undefined, array: new Map() })
    return levels.at(-1) ?? { value: undefined, array: new Map() }
  }

  #setting(complaint: string, least: bigint, most?: bigint): number {
    const value = integerOf(this.#popNumber(complaint))
    if (value < least || (most !== undefined && value > most)) throw new DcFault(complaint)
    return Number(value)
  }

  #rotate(): void {
    const count = Number(integerOf(this.#popNumber('R command argument must be a number')))
    const size = Math.min(Math.abs(count), this.#stack.length)
    if (size < 2) return
    const part = this.#stack.splice(-size)
    const moved = count > 0 ? part.shift() : part.pop()
    if (moved === undefined) return
    if (count > 0) part.push(moved)
    else part.unshift(moved)
    this.#stack.push(...part)
  }

  #show(value: DcValue | undefined, end: string): void {
    if (value === undefined) throw new DcFault(EMPTY)
    if (typeof value === 'string') this.#world.put(value)
    else this.#world.putNumber(written(value, this.#output))
    this.#world.put(end)
  }
}

function registerName(name: string): string {
  const code = name.charCodeAt(0)
  const octal = `0${code.toString(8).padStart(2, '0')}`
  return code > 32 && code < 127 ? `'${name}' (${octal})` : octal
}

/** Digits of a number, without zeros in front. */
function lengthOf({ units, scale }: BcNumber): number {
  const digits = (units < 0n ? -units : units).toString()
  return units === 0n ? Math.max(1, scale) : digits.length
}

/** The bytes of a number, highest first, as letters of Latin-1. */
function lettersOf(value: bigint): string {
  let text = ''
  for (let left = value < 0n ? -value : value; left > 0n; left >>= 8n) text = String.fromCharCode(Number(left & 0xffn)) + text
  return text
}
