import { textOf } from '../../text'
import { colorCode } from './color-code'
import { notImplemented } from './git-error'
import { formatDate, relativeDate } from './git-date'
import { mailText } from './mail'
import { trailersText } from './trailers/trailer-format'
import { wrapParagraphs } from './wrap-text'
import { bodyOf, subjectOf, type Commit, type Person, type Tag } from './objects'

/** What stands beside a commit. */
export interface PrettyStyle {
  readonly format: string
  readonly dateMode: string
  readonly now: number
  readonly tz: string
  readonly isColored: boolean
  readonly isOnline: boolean
  /** Names of refs at a commit, as `--decorate` shows them. */
  decorations(oid: string): readonly Decoration[]
  abbreviate(oid: string): string
  readonly hasFullOids: boolean
  readonly mark: (oid: string) => string
  /** The parent that a merge is compared with. */
  readonly from?: string
  tag(oid: string): Tag | undefined
  /** Where the log of a ref is walked: the entry. */
  readonly reflog?: ReflogMark | undefined
  /** What is noted at a commit, by the title of the notes. */
  readonly notes?: ((oid: string) => readonly NoteText[]) | undefined
}

/** One entry of the log of a ref. */
export interface ReflogMark {
  readonly selector: string
  readonly short: string
  readonly message: string
  readonly who: Person
}

/** Notes at a commit. */
export interface NoteText {
  /** `Notes` or `Notes (review)`. */
  readonly title: string
  readonly text: string
}

export interface Decoration {
  readonly kind: 'head' | 'branch' | 'remote' | 'tag' | 'stash' | 'other'
  readonly name: string
  /** The branch that HEAD is on stands right behind it. */
  readonly arrow?: string
}

const REF_COLORS = {
  head: '\x1b[1;36m',
  branch: '\x1b[1;32m',
  remote: '\x1b[1;31m',
  tag: '\x1b[1;33m',
  stash: '\x1b[1;35m',
  other: '\x1b[1;34m',
} as const
const YELLOW = '\x1b[33m'
const RESET = '\x1b[m'

/** ` (HEAD -> main, tag: v1)` or nothing. */
function decorationText(list: readonly Decoration[], isColored: boolean): string {
  if (list.length === 0) return ''
  const paint = (text: string, color: string): string => (isColored ? `${color}${text}${RESET}` : text)
  const names = list.map(({ kind, name, arrow }) => {
    const label =
      kind === 'tag'
        ? isColored
          ? `${REF_COLORS.tag}tag: ${RESET}${REF_COLORS.tag}${name}${RESET}`
          : `tag: ${name}`
        : paint(name, REF_COLORS[kind])
    if (arrow === undefined) return label
    return isColored ? `${REF_COLORS.head}${name} -> ${RESET}${paint(arrow, REF_COLORS.branch)}` : `${name} -> ${arrow}`
  })
  return `${paint(' (', YELLOW)}${names.join(paint(', ', YELLOW))}${paint(')', YELLOW)}`
}

const indented = (text: string, isRaw = false): string =>
  text === ''
    ? ''
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `    ${isRaw ? line : expandTabs(line)}\n`)
        .join('')

function expandTabs(line: string): string {
  let out = ''
  for (const character of line) out += character === '\t' ? ' '.repeat(8 - (Array.from(out).length % 8)) : character
  return out
}

/** The header and message of a commit in one of git's own layouts, or in a format of its user. */
export function prettyCommit(commit: Commit, style: PrettyStyle): string {
  const { format } = style
  const custom = customFormat(format)
  if (custom !== undefined) return expandFormat(custom.text, commit, style)
  const sign = style.mark(commit.oid)
  const mark = sign === '' ? '' : `${sign} `
  const decoration = decorationText(style.decorations(commit.oid), style.isColored)
  const paint = (text: string): string => (style.isColored ? `${YELLOW}${text}${RESET}` : text)
  const shortOid = style.hasFullOids ? commit.oid : style.abbreviate(commit.oid)
  const from = style.from === undefined ? '' : ` (from ${style.hasFullOids || !style.isOnline ? style.from : style.abbreviate(style.from)})`
  const { reflog } = style
  const subject = reflog === undefined ? subjectOf(commit.message) : `${reflog.selector}: ${reflog.message}`
  if (format === 'oneline')
    return `${paint(`${mark}${shortOid}${from}`)}${decoration} ${subject}${notesText(commit, style).replace(/\n$/, '\n\n')}`
  if (format === 'email' || format === 'mboxrd') return mailText(commit, { prefix: 'PATCH', oid: commit.oid })
  const logged =
    reflog === undefined ? '' : `\nReflog: ${reflog.selector} (${reflog.who.name} <${reflog.who.email}>)\nReflog message: ${reflog.message}`
  const title = `${paint(`commit ${mark}${style.hasFullOids || !style.isOnline ? commit.oid : style.abbreviate(commit.oid)}${from}`)}${decoration}${logged}`
  if (format === 'raw') {
    const end = commit.raw.indexOf('\n\n')
    return `${title}\n${end < 0 ? commit.raw : commit.raw.slice(0, end)}\n\n${indented(messageOf(commit), true)}${notesText(commit, style)}`
  }
  const lines = [title]
  if (commit.parents.length > 1) lines.push(`Merge: ${commit.parents.map((parent) => style.abbreviate(parent)).join(' ')}`)
  const date = (person: Person): string => formatDate(person, { mode: style.dateMode, now: style.now, tz: style.tz })
  const who = ({ name, email }: Person): string => `${name} <${email}>`
  const { author, committer } = commit
  if (format === 'short')
    return `${[...lines, `Author: ${who(author)}`].join('\n')}\n\n    ${subjectOf(commit.message)}\n${notesText(commit, style)}`
  if (format === 'full') lines.push(`Author: ${who(author)}`, `Commit: ${who(committer)}`)
  else if (format === 'fuller')
    lines.push(
      `Author:     ${who(author)}`,
      `AuthorDate: ${date(author)}`,
      `Commit:     ${who(committer)}`,
      `CommitDate: ${date(committer)}`,
    )
  else lines.push(`Author: ${who(author)}`, `Date:   ${date(author)}`)
  return `${lines.join('\n')}\n\n${indented(messageOf(commit))}${notesText(commit, style)}`
}

function notesText(commit: Commit, { notes }: PrettyStyle): string {
  const list = notes?.(commit.oid) ?? []
  return list.map(({ title, text }) => `\n${title}:\n${indented(text, true)}`).join('')
}

function messageOf(commit: Commit): string {
  const text = commit.message.replace(/^\n+/, '').replace(/\s+$/, '')
  return text === ''
    ? ''
    : `${text
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n')}\n`
}

/** The subject as a name for a file. */
export function slugOf(message: string): string {
  return subjectOf(message)
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^-+|[-.]+$/g, '')
}

/** The placeholders of a format, and whether lines end or are parted by newlines. */
export function customFormat(format: string): { readonly text: string; readonly isEnded: boolean } | undefined {
  if (format === 'reference') return { text: '%C(auto)%h (%s, %ad)', isEnded: true }
  if (format.startsWith('format:')) return { text: format.slice(7), isEnded: false }
  if (format.startsWith('tformat:')) return { text: format.slice(8), isEnded: true }
  if (format === '') return { text: '', isEnded: true }
  return format.includes('%') ? { text: format, isEnded: true } : undefined
}

class Formatter {
  readonly #commit: Commit
  readonly #style: PrettyStyle
  #autoColor = false

  constructor(commit: Commit, style: PrettyStyle) {
    this.#commit = commit
    this.#style = style
  }

  run(format: string): string {
    let out = ''
    let pad: Padding | undefined
    let at = 0
    // What a wrapping is about begins here.
    let wrap: { from: number; width: number; first: number; rest: number } | undefined
    const wrapUp = (): void => {
      if (wrap !== undefined && wrap.width + wrap.first + wrap.rest > 0)
        out = out.slice(0, wrap.from) + wrapParagraphs(out.slice(wrap.from), wrap)
    }
    while (at < format.length) {
      const percent = format.indexOf('%', at)
      if (percent < 0) break
      out += format.slice(at, percent)
      const padding = /^%([<>]|>>|><|>>\|)(\|?)\(\s*(-?\d+)\s*(?:,\s*(trunc|ltrunc|mtrunc)\s*)?\)/.exec(format.slice(percent))
      if (padding !== null) {
        pad = { side: padding[1] ?? '<', isColumn: padding[2] === '|', width: Number(padding[3]), cut: padding[4] }
        at = percent + padding[0].length
        continue
      }
      const wrapping = /^%w\(([^)]*)\)/.exec(format.slice(percent))
      if (wrapping !== null) {
        wrapUp()
        const [width = 0, first = 0, rest = 0] = (wrapping[1] ?? '').split(',').map(Number)
        wrap = { from: out.length, width, first, rest }
        at = percent + wrapping[0].length
        continue
      }
      const rest = format.slice(percent)
      const sign = /^%([-+ ])/.exec(rest)?.[1]
      const { text, length } = sign === undefined ? this.#placeholder(rest) : this.#unsigned(rest)
      if (sign === '-' && text === '') out = out.replace(/\n+$/, '')
      if (sign !== undefined && sign !== '-' && (text !== '' || pad !== undefined)) out += sign === '+' ? '\n' : ' '
      if (pad !== undefined) out = padded(out, text, pad)
      else out += text
      pad = undefined
      at = percent + length
    }
    out += format.slice(at)
    wrapUp()
    return out
  }

  #placeholder(rest: string): { readonly text: string; readonly length: number } {
    const color = /^%C(?:\(([^)]*)\)|(red|green|blue|reset))/.exec(rest)
    if (color !== null) return { text: this.#color(color[1] ?? color[2] ?? ''), length: color[0].length }
    const hex = /^%x([0-9a-fA-F]{2})/.exec(rest)
    if (hex !== null) return { text: textOf(Uint8Array.of(Number.parseInt(hex[1] ?? '0', 16))), length: 4 }
    const person = /^%([ac])([nNeElLdDrtiIsSh])/.exec(rest)
    if (person !== null) return this.#person(person[1] === 'a' ? this.#commit.author : this.#commit.committer, person[2] ?? '')
    const trailers = /^%\(trailers(?::([^)]*))?\)/.exec(rest)
    const trailing = trailers === null ? undefined : trailersText(this.#commit.message, trailers[1] ?? '')
    if (trailing !== undefined) return { text: trailing, length: trailers?.[0].length ?? 0 }
    const logged = /^%g([dDnNeEs])/.exec(rest)
    if (logged !== null) return { text: this.#logged(logged[1] ?? ''), length: 3 }
    const signature = /^%G[GKFPTS?]/.exec(rest)
    if (signature !== null) return { text: signature[0] === '%G?' ? 'N' : '', length: 3 }
    const letter = rest.charAt(1)
    const text = this.#simple(letter)
    return text === undefined ? { text: '%', length: 1 } : { text, length: 2 }
  }

  /** What stands behind a sign; of what is no placeholder the sign alone is taken away. */
  #unsigned(rest: string): { readonly text: string; readonly length: number } {
    const { text, length } = rest.startsWith('%', 2) ? { text: '', length: 1 } : this.#placeholder(`%${rest.slice(2)}`)
    return length === 1 ? { text: '', length: 2 } : { text, length: length + 1 }
  }

  #color(name: string): string {
    if (name === 'auto') {
      this.#autoColor = this.#style.isColored
      return ''
    }
    const always = /^always,(.*)$/.exec(name)
    const isOn = always !== null || this.#style.isColored
    return isOn ? colorCode(always?.[1] ?? name.replace(/^auto,/, '')) : ''
  }

  #person(person: Person, letter: string): { readonly text: string; readonly length: number } {
    const { now, tz, dateMode } = this.#style
    const date = (mode: string): string => formatDate(person, { mode, now, tz })
    const texts: Readonly<Record<string, () => string>> = {
      n: () => person.name,
      N: () => person.name,
      e: () => person.email,
      E: () => person.email,
      l: () => person.email.split('@')[0] ?? '',
      L: () => person.email.split('@')[0] ?? '',
      d: () => date(dateMode),
      D: () => date('rfc'),
      r: () => relativeDate(person.time, now),
      t: () => String(person.time),
      i: () => date('iso'),
      I: () => date('iso-strict'),
      s: () => date('short'),
      h: () => date('human'),
    }
    return { text: texts[letter]?.() ?? '', length: 3 }
  }

  #logged(letter: string): string {
    const { reflog } = this.#style
    if (reflog === undefined) return ''
    if (letter === 'd') return reflog.short
    if (letter === 'D') return reflog.selector
    if (letter === 's') return reflog.message
    return letter.toLowerCase() === 'n' ? reflog.who.name : reflog.who.email
  }

  #paint(text: string): string {
    return this.#autoColor ? `${YELLOW}${text}${RESET}` : text
  }

  #simple(letter: string): string | undefined {
    const { oid, tree, parents, message } = this.#commit
    const style = this.#style
    switch (letter) {
      case 'H':
        return this.#paint(oid)
      case 'h':
        return this.#paint(style.abbreviate(oid))
      case 'T':
        return tree
      case 't':
        return style.abbreviate(tree)
      case 'P':
        return parents.join(' ')
      case 'p':
        return parents.map((parent) => style.abbreviate(parent)).join(' ')
      case 's':
        return subjectOf(message)
      case 'f':
        return slugOf(message)
      case 'b':
        return bodyText(message)
      case 'B':
        return message.replace(/^\n+/, '')
      case 'd':
        return decorationText(style.decorations(oid), this.#autoColor)
      case 'D':
        return decorationText(style.decorations(oid), this.#autoColor).replace(/^ \(|\)$/g, '')
      case 'm':
        return style.mark(oid) === '' ? '>' : style.mark(oid)
      case 'n':
        return '\n'
      case '%':
        return '%'
      case 'N':
        return (style.notes?.(oid) ?? []).map(({ text }) => text).join('')
      case 'e':
        return ''
      case 'S':
        return notImplemented('%S of a format')
      case 'G':
        return undefined
      default:
        return undefined
    }
  }
}

interface Padding {
  readonly side: string
  readonly isColumn: boolean
  readonly width: number
  readonly cut: string | undefined
}

function padded(out: string, text: string, pad: Padding): string {
  const column = Array.from(out.slice(out.lastIndexOf('\n') + 1)).length
  const width = pad.isColumn ? pad.width - column : pad.width
  const characters = [...text]
  if (characters.length > width && pad.cut !== undefined) {
    if (pad.cut === 'trunc') return `${out}${characters.slice(0, Math.max(0, width - 2)).join('')}..`
    if (pad.cut === 'ltrunc') return `${out}..${characters.slice(characters.length - width + 2).join('')}`
    const left = Math.floor(width / 2) - 1
    return `${out}${characters.slice(0, left).join('')}..${characters.slice(characters.length - (width - left - 2)).join('')}`
  }
  const room = Math.max(0, width - characters.length)
  if (pad.side === '<') return out + text + ' '.repeat(room)
  if (pad.side === '><') return out + ' '.repeat(Math.floor(room / 2)) + text + ' '.repeat(room - Math.floor(room / 2))
  return out + ' '.repeat(room) + text
}

function bodyText(message: string): string {
  return bodyOf(message)
}

/** A commit in a format of placeholders. */
export function expandFormat(format: string, commit: Commit, style: PrettyStyle): string {
  return new Formatter(commit, style).run(format)
}
