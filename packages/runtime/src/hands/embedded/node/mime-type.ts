import { inspect } from './inspect'

const TOKEN = /^[!#$%&'*+\-.^_`|~A-Za-z\d]+$/
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/

const wrong = (what: string, text: string): TypeError =>
  Object.assign(new TypeError(`The MIME syntax for a ${what} in ${inspect(text).replace(/^'|'$/g, '"')} is invalid`), {
    code: 'ERR_INVALID_MIME_SYNTAX',
  })

const token = (what: string, text: string): string => {
  if (!TOKEN.test(text)) throw wrong(what, text)
  return text
}

const shownValue = (value: string): string => (TOKEN.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`)

/** `util.MIMEParams`. */
export class MIMEParams {
  readonly #all = new Map<string, string>()

  get(name: unknown): string | null {
    return this.#all.get(String(name)) ?? null
  }

  has(name: unknown): boolean {
    return this.#all.has(String(name))
  }

  set(name: unknown, value: unknown): void {
    const text = String(value)
    if (!VALUE.test(text)) throw wrong('parameter value', text)
    this.#all.set(token('parameter name', String(name)), text)
  }

  delete(name: unknown): void {
    this.#all.delete(String(name))
  }

  entries(): IterableIterator<[string, string]> {
    return this.#all.entries()
  }

  keys(): IterableIterator<string> {
    return this.#all.keys()
  }

  values(): IterableIterator<string> {
    return this.#all.values()
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#all.entries()
  }

  toString(): string {
    return [...this.#all].map(([name, value]) => `${name}=${shownValue(value)}`).join(';')
  }

  toJSON(): string {
    return this.toString()
  }
}

/** Parameters behind a type: the first of a name counts, what cannot be read is left out. */
function paramsOf(text: string): MIMEParams {
  const params = new MIMEParams()
  for (const [, name = '', quoted, plain = ''] of text.matchAll(/;\s*([^;=\s]+)=(?:"((?:[^"\\]|\\.)*)"[^;]*|([^;]*))/g)) {
    const value = quoted === undefined ? plain.trimEnd() : quoted.replace(/\\(.)/g, '$1')
    const key = name.toLowerCase()
    if (TOKEN.test(key) && VALUE.test(value) && (quoted !== undefined || value !== '') && !params.has(key)) params.set(key, value)
  }
  return params
}

/** `util.MIMEType`. */
export class MIMEType {
  #type: string
  #subtype: string
  readonly #params: MIMEParams

  constructor(given: unknown) {
    const text = String(given).trim()
    const [, type = '', subtype] = /^([^/;]*)(?:\/([^;]*))?/.exec(text) ?? []
    if (!TOKEN.test(type) || subtype === undefined) throw wrong('type', text)
    const rest = subtype.trimEnd()
    if (!TOKEN.test(rest)) throw wrong('subtype', text)
    this.#type = type.toLowerCase()
    this.#subtype = rest.toLowerCase()
    const at = text.indexOf(';')
    this.#params = paramsOf(at === -1 ? '' : text.slice(at))
  }

  get type(): string {
    return this.#type
  }

  set type(value: unknown) {
    this.#type = token('type', String(value)).toLowerCase()
  }

  get subtype(): string {
    return this.#subtype
  }

  set subtype(value: unknown) {
    this.#subtype = token('subtype', String(value)).toLowerCase()
  }

  get essence(): string {
    return `${this.#type}/${this.#subtype}`
  }

  get params(): MIMEParams {
    return this.#params
  }

  toString(): string {
    const params = this.#params.toString()
    return params === '' ? this.essence : `${this.essence};${params}`
  }

  toJSON(): string {
    return this.toString()
  }
}
