import { bytesOf, textOf } from '../../text'
import { formatDate } from './git-date'
import { bodyOf, type Commit, type Person, subjectOf } from './objects'

const LINE = 78
const ENCODED_LINE = 76

function isPlain(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text)
}

/** Text of a header in the letters that mail takes: everything else as `=?UTF-8?q?…?=`. */
function encoded(text: string, how: { readonly start: number; readonly isAddress: boolean }): string {
  const lead = '=?UTF-8?q?'
  let out = lead
  let length = how.start + lead.length
  for (const character of text) {
    const isSafe = how.isAddress ? /^[A-Za-z0-9!*+/-]$/.test(character) : /^[\x21-\x7e]$/.test(character) && !'=?_'.includes(character)
    const part = isSafe ? character : [...bytesOf(character)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
    if (length + part.length + 2 > ENCODED_LINE) {
      out += `?=\n ${lead}`
      length = lead.length + 1
    }
    out += part
    length += part.length
  }
  return `${out}?=`
}

function wrapped(text: string, start: number): string {
  let out = ''
  let column = start
  for (const [i, word] of text.split(' ').entries()) {
    const length = [...word].length
    if (i === 0) {
      out += word
      column += length
    } else if (column + 1 + length > LINE) {
      out += `\n ${word}`
      column = 1 + length
    } else {
      out += ` ${word}`
      column += 1 + length
    }
  }
  return out
}

function headerText(text: string, start: number): string {
  return isPlain(text) && !text.includes('=?') ? wrapped(text, start) : encoded(text, { start, isAddress: false })
}

/** `From:` of a mail. */
export function fromHeader({ name, email }: Person): string {
  const shown =
    !isPlain(name) || name.includes('=?')
      ? encoded(name, { start: 6, isAddress: true })
      : /[()<>[\]:;@\\,."]/.test(name)
        ? `"${name.replace(/["\\]/g, '\\$&')}"`
        : name
  return `From: ${shown} <${email}>\n`
}

/** How a commit is written as a mail. */
export interface MailStyle {
  /** `PATCH 1/2`, or nothing. */
  readonly prefix: string
  readonly oid: string
  readonly signoff?: string
}

/** The head and the message of a commit as a mail. */
export function mailText(commit: Commit, { prefix, oid, signoff }: MailStyle): string {
  const body = bodyOf(commit.message).trimEnd()
  const signed = signoff === undefined ? body : withTrailer(body, signoff)
  const date = formatDate(commit.author, { mode: 'rfc', now: 0, tz: 'UTC' })
  const subject = subjectLine(prefix, subjectOf(commit.message))
  return `From ${oid} Mon Sep 17 00:00:00 2001\n${fromHeader(commit.author)}Date: ${date}\n${subject}${mimeHeaders(commit.message)}\n${signed === '' ? '' : `${signed}\n`}`
}

/** Headers of a mail whose text is not all ASCII. */
export function mimeHeaders(text: string): string {
  return isPlain(text) ? '' : 'MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n'
}

/** `Subject:` with what stands in brackets before it. */
export function subjectLine(prefix: string, subject: string): string {
  const lead = `Subject: ${prefix === '' ? '' : `[${prefix}] `}`
  return `${lead}${headerText(subject, lead.length)}\n`
}

function withTrailer(body: string, line: string): string {
  if (body.endsWith(line)) return body
  const last = body.split('\n\n').at(-1) ?? ''
  const isTrailer = body !== '' && last.split('\n').every((one) => /^[A-Za-z0-9-]+: /.test(one))
  return `${body}${body === '' ? '' : isTrailer ? '\n' : '\n\n'}${line}`
}

/** A mail that was read. */
export interface Mail {
  readonly from: string
  readonly date: string
  readonly subject: string
  readonly message: string
  readonly patch: string
}

/** Parts a mailbox into mails; a text that is none is one mail. */
export function mailsOf(text: string): string[] {
  const parts = text.split(/^(?=From \S+ .*\d\d:\d\d:\d\d \d{4}$)/m).filter((part) => part.trim() !== '')
  return parts
}

function decoded(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?[^?]+\?([qQbB])\?([^?]*)\?=/g, (_, kind: string, body: string) =>
      kind.toLowerCase() === 'b'
        ? textOf(Uint8Array.from(atob(body), (character) => character.charCodeAt(0)))
        : quotedText(body.replaceAll('_', ' ')),
    )
}

function quotedText(text: string): string {
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    const hex = /^=([0-9A-Fa-f]{2})/.exec(text.slice(i))
    if (hex === null) bytes.push(...bytesOf(text.charAt(i)))
    else {
      bytes.push(Number.parseInt(hex[1] ?? '0', 16))
      i += 2
    }
  }
  return textOf(Uint8Array.from(bytes))
}

function cleanedSubject(text: string, keeps: 'no' | 'all' | 'non-patch'): string {
  if (keeps === 'all') return text.trim()
  let out = text.trim()
  for (;;) {
    const next =
      keeps === 'non-patch' ? out.replace(/^(re:\s*|\[[^\]]*PATCH[^\]]*\]\s*)/i, '') : out.replace(/^(re:\s*|\[[^\]]*\]\s*|:\s*)/i, '')
    if (next === out) return out
    out = next
  }
}

interface Head {
  readonly fields: ReadonlyMap<string, string>
  readonly rest: string
}

function headOf(text: string): Head {
  const lines = text.split('\n')
  const fields = new Map<string, string>()
  let at = (lines[0] ?? '').startsWith('From ') ? 1 : 0
  let name = ''
  for (; at < lines.length && (lines[at] ?? '') !== ''; at++) {
    const line = lines[at] ?? ''
    const match = /^([A-Za-z-]+):\s*(.*)$/.exec(line)
    if (/^\s/.test(line) && name !== '') fields.set(name, `${fields.get(name) ?? ''} ${line.trim()}`)
    else if (match !== null) {
      name = (match[1] ?? '').toLowerCase()
      if (!fields.has(name)) fields.set(name, match[2] ?? '')
    } else return { fields, rest: lines.slice(at).join('\n') }
  }
  return { fields, rest: lines.slice(at + 1).join('\n') }
}

/** Reads one mail with a patch. */
export function parseMail(text: string, how: { readonly keeps: 'no' | 'all' | 'non-patch'; readonly hasScissors: boolean }): Mail {
  const { fields, rest } = headOf(text.replaceAll('\r\n', '\n'))
  const isQuoted = /quoted-printable/i.test(fields.get('content-transfer-encoding') ?? '')
  const plain = isQuoted ? quotedText(rest.replace(/=\n/g, '')) : rest
  let body = how.hasScissors ? plain.replace(/^[\s\S]*?^(?:-+ *)+(?:>8|8<|>%|%<)[ ->8<%]*\n/m, '') : plain
  const inner = new Map<string, string>()
  for (let match = /^\s*(From|Date|Subject): *(.*)\n/.exec(body); match !== null; match = /^\s*(From|Date|Subject): *(.*)\n/.exec(body)) {
    inner.set((match[1] ?? '').toLowerCase(), match[2] ?? '')
    body = body.slice(match[0].length)
  }
  const start = /^(?:---\s*$|diff -|Index: |--- (?!$).*\n\+\+\+ )/m.exec(body)
  const message = start === null ? body : body.slice(0, start.index)
  const field = (name: string): string => decoded(inner.get(name) ?? fields.get(name) ?? '')
  const subject = cleanedSubject(field('subject'), how.keeps)
  const tidy = message
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()
  return {
    from: field('from').replace(/^"((?:[^"\\]|\\.)*)"/, (_, name: string) => name.replace(/\\(.)/g, '$1')),
    date: field('date'),
    subject,
    message: `${subject}\n${tidy === '' ? '' : `\n${tidy}\n`}`,
    patch: start === null ? '' : body.slice(start.index),
  }
}
