import type { Json } from './json'

/** Text that is no JSON. */
export class JsonFault extends Error {}

const BLANK = /[ \t\r\n]*/y
const WORD = /[A-Za-z0-9_.+-]+/y
const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const PLAIN = /[^"\\\u0000-\u001f]*/y
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const DEEPEST = 256
const CONTROL = 'Invalid string: control characters from U+0000 through U+001F must be escaped'

/** Reads values one after the other. */
export class JsonReader {
  readonly #text: string
  /** Lines of the file before this text. */
  readonly #before: number
  #at = 0

  constructor(text: string, before = 0) {
    this.#before = before
    this.#text = text.startsWith('\uFEFF') ? text.slice(1) : text
  }

  /** Where the next value begins. */
  get at(): number {
    return this.#at
  }

  /** The next value, or undefined at the end. @throws JsonFault */
  next(): Json | undefined {
    this.#skip()
    // A record separator of `--seq` stands between values.
    while (this.#text.charAt(this.#at) === '\u001e') {
      this.#at += 1
      this.#skip()
    }
    return this.#at >= this.#text.length ? undefined : this.#value(0)
  }

  #skip(): void {
    BLANK.lastIndex = this.#at
    this.#at += BLANK.exec(this.#text)?.[0].length ?? 0
  }

  /** Where in the text it went wrong, as jq counts: it notices a bad word at the character after it. */
  #fault(message: string, at = this.#at): never {
    const before = this.#text.slice(0, Math.min(at + 1, this.#text.length))
    const line = this.#before + before.split('\n').length
    const column = before.length - before.lastIndexOf('\n') - 1
    const place = at >= this.#text.length ? ' at EOF' : ''
    throw new JsonFault(`${message}${place} at line ${line}, column ${column}`)
  }

  #value(depth: number): Json {
    this.#skip()
    const char = this.#text.charAt(this.#at)
    if (depth > DEEPEST) return this.#fault('Exceeds depth limit for parsing')
    if (char === '"') return this.#string()
    if (char === '[') return this.#array(depth)
    if (char === '{') return this.#object(depth)
    if (char === '') return this.#fault('Unfinished JSON term')
    return this.#word(char)
  }

  #word(char: string): Json {
    WORD.lastIndex = this.#at
    const word = WORD.exec(this.#text)?.[0]
    if (word === undefined) {
      if (char === "'") return this.#fault('Invalid string literal; expected ", but got \'')
      return this.#fault(char === ']' || char === '}' ? `Unmatched '${char}'` : 'Expected value before anything else')
    }
    this.#at += word.length
    switch (word) {
      case 'null':
        return null
      case 'true':
        return true
      case 'false':
        return false
      case 'nan':
      case 'NaN':
        return Number.NaN
      default:
        return NUMBER.test(word)
          ? limited(Number(word))
          : this.#fault(/^([tf]|n(?!..$))/.test(word) ? 'Invalid literal' : 'Invalid numeric literal')
    }
  }

  #array(depth: number): Json {
    const items: Json[] = []
    this.#at += 1
    this.#skip()
    if (this.#text.charAt(this.#at) === ']') {
      this.#at += 1
      return items
    }
    for (;;) {
      items.push(this.#value(depth + 1))
      if (this.#ends(']')) return items
    }
  }

  #object(depth: number): Json {
    const object = new Map<string, Json>()
    this.#at += 1
    this.#skip()
    if (this.#text.charAt(this.#at) === '}') {
      this.#at += 1
      return object
    }
    for (;;) {
      this.#skip()
      if (this.#text.charAt(this.#at) !== '"') {
        this.#value(depth + 1)
        this.#fault('Object keys must be strings')
      }
      const key = this.#string()
      this.#skip()
      if (this.#text.charAt(this.#at) !== ':')
        this.#fault(this.#at >= this.#text.length ? 'Unfinished JSON term' : 'Objects must consist of key:value pairs')
      this.#at += 1
      object.set(key, this.#value(depth + 1))
      if (this.#ends('}')) return object
    }
  }

  #ends(close: string): boolean {
    this.#skip()
    const char = this.#text.charAt(this.#at)
    if (char !== close && char !== ',') this.#fault(char === '' ? 'Unfinished JSON term' : 'Expected separator between values')
    this.#at += 1
    return char === close
  }

  #string(): string {
    this.#at += 1
    let out = ''
    let hasControl = false
    for (;;) {
      PLAIN.lastIndex = this.#at
      const run = PLAIN.exec(this.#text)?.[0] ?? ''
      out += run
      this.#at += run.length
      const char = this.#text.charAt(this.#at)
      this.#at += 1
      if (char === '"' && hasControl) return this.#fault(CONTROL, this.#at - 1)
      if (char === '"') return out
      if (char === '') return this.#fault('Unfinished string', this.#text.length)
      if (char === '\\') out += this.#escape()
      else hasControl = true
    }
  }

  #escape(): string {
    const letter = this.#text.charAt(this.#at)
    this.#at += 1
    const simple = ESCAPES[letter]
    if (simple !== undefined) return simple
    const hex = this.#text.slice(this.#at, this.#at + 4)
    if (letter !== 'u' || !/^[0-9A-Fa-f]{4}$/.test(hex)) return this.#fault('Invalid escape')
    this.#at += 4
    return String.fromCharCode(Number.parseInt(hex, 16))
  }
}

/** What is too large is the largest number, as jq 1.6 has it. */
function limited(value: number): number {
  return Number.isFinite(value) ? value : Math.sign(value) * Number.MAX_VALUE
}
