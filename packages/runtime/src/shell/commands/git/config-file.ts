import { fatal } from './git-error'

/** One setting. The key's section and name are in lower case, what stands in quotes is as it was written. */
export interface Setting {
  readonly key: string
  readonly value: string
  /** Line it begins at. */
  readonly line: number
  readonly lines: number
}

interface Section {
  readonly name: string
  readonly line: number
}

const HEADER = /^\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*(.*)$/

/** A config file, changed line by line so that comments stay. */
export class ConfigFile {
  #lines: string[]
  readonly #name: string
  #settings: Setting[] = []
  #sections: Section[] = []

  constructor(text: string, name = 'config') {
    this.#lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
    this.#name = name
    this.#parse()
  }

  get settings(): readonly Setting[] {
    return this.#settings
  }

  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join('')
  }

  #parse(): void {
    this.#settings = []
    this.#sections = []
    let section = ''
    for (let at = 0; at < this.#lines.length; at++) {
      let line = this.#lines[at] ?? ''
      const header = HEADER.exec(line)
      if (header !== null) {
        const sub = header[2]?.replace(/\\(.)/g, '$1')
        section = sub === undefined ? (header[1] ?? '').toLowerCase() : `${(header[1] ?? '').toLowerCase()}.${sub}`
        this.#sections.push({ name: section, line: at })
        line = header[3] ?? ''
      }
      const from = at
      const match = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*(=?)(.*)$/s.exec(line)
      if (match === null) {
        if (!/^\s*([#;].*)?$/.test(line)) fatal(`bad config line ${at + 1} in file ${this.#name}`)
        continue
      }
      let rest = match[3] ?? ''
      while (/(^|[^\\])(\\\\)*\\$/.test(rest) && at + 1 < this.#lines.length) rest = `${rest.slice(0, -1)}${this.#lines[++at] ?? ''}`
      const value = match[2] === '=' ? this.#value(rest, at) : 'true'
      this.#settings.push({ key: `${section}.${(match[1] ?? '').toLowerCase()}`, value, line: from, lines: at - from + 1 })
    }
  }

  #value(text: string, line: number): string {
    let out = ''
    let kept = 0
    let isQuoted = false
    const source = text.trimStart()
    for (let i = 0; i < source.length; i++) {
      const character = source.charAt(i)
      if (character === '"') isQuoted = !isQuoted
      else if (character === '\\') {
        const next = source.charAt(++i)
        const known = { n: '\n', t: '\t', b: '\b', '"': '"', '\\': '\\' }[next]
        if (known === undefined) fatal(`bad config line ${line + 1} in file ${this.#name}`)
        out += known
        kept = out.length
        continue
      } else if (!isQuoted && (character === '#' || character === ';')) break
      else out += character
      if (isQuoted || !/\s/.test(character)) kept = out.length
    }
    return out.slice(0, kept)
  }

  values(key: string): string[] {
    return this.#settings.filter((setting) => setting.key === key).map(({ value }) => value)
  }

  #lastLineOf(section: string): number | undefined {
    const index = this.#sections.findLastIndex(({ name }) => name === section)
    if (index < 0) return undefined
    return (this.#sections[index + 1]?.line ?? this.#lines.length) - 1
  }

  /** Puts a setting behind the others of its section. `name` is spelled as it is to be written. */
  add(key: string, name: string, value: string): void {
    const section = key.slice(0, key.lastIndexOf('.'))
    const line = `\t${name} = ${quoted(value)}`
    const last = this.#lastLineOf(section)
    if (last === undefined) this.#lines.push(headerOf(section), line)
    else this.#lines.splice(last + 1, 0, line)
    this.#parse()
  }

  /** Replaces the only value, or adds one. */
  set(key: string, name: string, value: string): void {
    const found = this.#settings.findLast((setting) => setting.key === key)
    if (found === undefined) return this.add(key, name, value)
    this.#lines.splice(found.line, found.lines, `\t${name} = ${quoted(value)}`)
    this.#parse()
  }

  /** Takes settings away, and a section that is empty then. */
  unset(key: string, which: (value: string) => boolean = () => true): number {
    const gone = this.#settings.filter((setting) => setting.key === key && which(setting.value))
    for (const { line, lines } of gone.toReversed()) {
      const header = HEADER.exec(this.#lines[line] ?? '')
      if (header === null) this.#lines.splice(line, lines)
      else this.#lines[line] = (this.#lines[line] ?? '').slice(0, (this.#lines[line] ?? '').length - (header[3] ?? '').length)
    }
    this.#parse()
    if (gone.length > 0) this.#dropEmpty(key.slice(0, key.lastIndexOf('.')))
    return gone.length
  }

  #dropEmpty(name: string): void {
    for (const [i, section] of [...this.#sections.entries()].toReversed()) {
      const end = this.#sections[i + 1]?.line ?? this.#lines.length
      const isBare = this.#lines.slice(section.line + 1, end).every((line) => line.trim() === '')
      const isHeaderOnly = /\]\s*$/.test(this.#lines[section.line] ?? '')
      if (section.name === name && isBare && isHeaderOnly) this.#lines.splice(section.line, end - section.line)
    }
    this.#parse()
  }

  removeSection(name: string): boolean {
    const had = this.#sections.some((section) => section.name === name)
    for (const [i, section] of [...this.#sections.entries()].toReversed())
      if (section.name === name) this.#lines.splice(section.line, (this.#sections[i + 1]?.line ?? this.#lines.length) - section.line)
    this.#parse()
    return had
  }

  renameSection(from: string, to: string): boolean {
    const found = this.#sections.filter(({ name }) => name === from)
    for (const { line } of found) this.#lines[line] = headerOf(to)
    this.#parse()
    return found.length > 0
  }
}

function headerOf(section: string): string {
  const dot = section.indexOf('.')
  return dot < 0 ? `[${section}]` : `[${section.slice(0, dot)} "${section.slice(dot + 1).replace(/["\\]/g, '\\$&')}"]`
}

function quoted(value: string): string {
  const text = value.replace(/["\\\n\t]/g, (one) => ({ '\n': '\\n', '\t': '\\t' })[one] ?? `\\${one}`)
  return /^\s|\s$|[;#]/.test(value) ? `"${text}"` : text
}

/** `Section.Sub.Name` with what is case-insensitive in lower case. @throws GitError */
export function canonicalKey(key: string): string {
  const first = key.indexOf('.')
  const last = key.lastIndexOf('.')
  if (first < 0) throw new RangeError(`key does not contain a section: ${key}`)
  const name = key.slice(last + 1)
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name))
    throw new RangeError(name === '' ? `key does not contain variable name: ${key}` : `invalid key: ${key}`)
  if (!/^[A-Za-z0-9-]+$/.test(key.slice(0, first))) throw new RangeError(`invalid key: ${key}`)
  return `${key.slice(0, first).toLowerCase()}${key.slice(first, last)}.${name.toLowerCase()}`
}

/** @throws GitError for what is no boolean */
export function booleanOf(value: string, key: string): boolean {
  const text = value.toLowerCase()
  if (['true', 'yes', 'on'].includes(text)) return true
  if (['false', 'no', 'off', ''].includes(text)) return false
  if (/^[+-]?\d+$/.test(text)) return Number(text) !== 0
  return fatal(`bad boolean config value '${value}' for '${key}'`)
}
