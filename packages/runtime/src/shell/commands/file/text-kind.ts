/** How the bytes of a text are coded. */
export interface TextCode {
  /** As `file` words it, without `text` behind it. */
  readonly name: string
  readonly mime: string
  /** The text itself, a character for each; bytes of old codings as they are. */
  readonly text: string
}

const isPlainByte = (byte: number): boolean => (byte >= 7 && byte <= 13) || byte === 27 || (byte >= 32 && byte < 127)

const latin = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')

/** Whether bytes are whole UTF-8, but for a character that the end cuts. */
function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
  } catch (thrown) {
    if (thrown instanceof TypeError) return undefined
    throw thrown
  }
}

const DECODERS = { le: 'utf-16le', be: 'utf-16be' } as const

function wideOf(bytes: Uint8Array): TextCode | undefined {
  const [first, second] = bytes
  const order = first === 0xff && second === 0xfe ? 'le' : first === 0xfe && second === 0xff ? 'be' : undefined
  if (order === undefined || bytes.length < 2) return undefined
  const text = new TextDecoder(DECODERS[order]).decode(bytes)
  if ([...text].some((char) => char.charCodeAt(0) < 128 && !isPlainByte(char.charCodeAt(0)))) return undefined
  return { name: `Unicode text, UTF-16, ${order === 'le' ? 'little' : 'big'}-endian`, mime: `utf-16${order}`, text }
}

/** How a text is coded; undefined: it is none. */
export function textCodeOf(bytes: Uint8Array): TextCode | undefined {
  if (bytes.every(isPlainByte)) return { name: 'ASCII', mime: 'us-ascii', text: latin(bytes) }
  const isClean = bytes.every((byte) => byte > 127 || isPlainByte(byte))
  const utf8 = isClean ? utf8Of(bytes) : undefined
  if (utf8 !== undefined) {
    const hasMark = utf8.startsWith('\ufeff')
    return { name: `Unicode text, UTF-8${hasMark ? ' (with BOM)' : ''}`, mime: 'utf-8', text: hasMark ? utf8.slice(1) : utf8 }
  }
  const wide = wideOf(bytes)
  if (wide !== undefined) return wide
  const text = latin(bytes)
  if (bytes.every((byte) => isPlainByte(byte) || byte === 0x85 || byte >= 0xa0)) return { name: 'ISO-8859', mime: 'iso-8859-1', text }
  return isClean ? { name: 'Non-ISO extended-ASCII', mime: 'unknown-8bit', text } : undefined
}

const LONG = 300

/** What there is to say of the lines of a text. */
export function lineWords(text: string, hasAll: boolean): string {
  const ends = new Map<string, number>()
  let [longest, start] = [0, 0]
  for (const match of text.matchAll(/\r\n|\n|\r|\u0085/g)) {
    ends.set(match[0], (ends.get(match[0]) ?? 0) + 1)
    longest = Math.max(longest, match.index - start)
    start = match.index + match[0].length
  }
  longest = Math.max(longest, text.length - start)
  const found = (['\r\n', '\r', '\n', '\u0085'] as const).filter((end) => ends.has(end))
  const names = { '\r\n': 'CRLF', '\r': 'CR', '\n': 'LF', '\u0085': 'NEL' } as const
  let out = longest > LONG ? `, with very long lines (${longest})` : ''
  if (found.length === 0 && hasAll) out += ', with no line terminators'
  else if (found.some((end) => end !== '\n')) out += `, with ${found.map((end) => names[end]).join(', ')} line terminators`
  if (text.includes('\u001b')) out += ', with escape sequences'
  if (text.includes('\b')) out += ', with overstriking'
  return out
}

/** What a text is about. */
export interface TextKind {
  readonly name: string
  readonly mime: string
  /** `executable` stands behind the coding. */
  readonly isProgram?: true
  /** Nothing is said of the coding. */
  readonly isWhole?: true
}

const SHELL = 'text/x-shellscript'
const INTERPRETERS: readonly (readonly [RegExp, TextKind])[] = [
  [/^#! ?\/(?:usr\/)?bin\/(?:env )?node(?:js)?\b/, { name: 'Node.js script executable', mime: 'application/javascript' }],
  [/^#! ?\/(?:usr\/)?bin\/env node(?:js)?\b/, { name: 'Node.js script executable', mime: 'application/javascript' }],
  [/^#! ?\/(?:usr\/(?:local\/)?)?bin\/(?:env )?bash\b/, { name: 'Bourne-Again shell script', mime: SHELL, isProgram: true }],
  [/^#! ?\/bin\/sh\b/, { name: 'POSIX shell script', mime: SHELL, isProgram: true }],
  [/^#! ?\/(?:usr\/(?:local\/)?)?bin\/(?:env )?zsh\b/, { name: "Paul Falstad's zsh script", mime: SHELL, isProgram: true }],
  [/^#! ?\/bin\/ksh\b/, { name: 'Korn shell script', mime: SHELL, isProgram: true }],
  [/^#! ?\/bin\/csh\b/, { name: 'C shell script', mime: SHELL, isProgram: true }],
  [/^#! ?\/(?:usr\/)?bin\/tcsh\b/, { name: 'Tenex C shell script', mime: SHELL, isProgram: true }],
  [/^#! ?\/(?:usr\/)?bin\/awk\b/, { name: 'awk script', mime: 'text/x-awk', isProgram: true }],
  [/^#! ?\/(?:usr\/)?bin\/gawk\b/, { name: 'GNU awk script', mime: 'text/x-gawk', isProgram: true }],
  [/^#! ?\/usr\/(?:local\/)?bin\/(?:env )?python/, { name: 'Python script', mime: 'text/x-script.python', isProgram: true }],
  [/^#! ?\/usr\/(?:local\/)?bin\/(?:env )?perl\b/, { name: 'Perl script text executable', mime: 'text/x-perl', isWhole: true }],
  [/^#! ?\/usr\/(?:local\/)?bin\/(?:env )?ruby\b/, { name: 'Ruby script', mime: 'text/x-ruby', isProgram: true }],
  [/^#! ?\/usr\/(?:local\/)?bin\/(?:env )?lua\b/, { name: 'Lua script', mime: 'text/x-lua', isProgram: true }],
  [/^#! ?\/usr\/(?:local\/)?bin\/php\b/, { name: 'PHP script', mime: 'text/x-php', isProgram: true }],
]

/** What texts are known by, the surest first. */
const KINDS: readonly (readonly [RegExp, TextKind])[] = [
  [/^(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*)?<svg\b/, { name: 'SVG Scalable Vector Graphics image', mime: 'image/svg+xml', isWhole: true }],
  [/^<\?xml version="1\.0"/, { name: 'XML 1.0 document', mime: 'text/xml' }],
  [/^<\?xml version="1\.1"/, { name: 'XML 1.1 document', mime: 'text/xml' }],
  [/^<\?xml/, { name: 'XML document', mime: 'text/xml' }],
  [/^<\?php/, { name: 'PHP script', mime: 'text/x-php' }],
  [/^\s*<(?:!doctype html|html|head|title|body)\b/i, { name: 'HTML document', mime: 'text/html' }],
  [/^%!PS-Adobe-([\d.]+)/, { name: 'PostScript document text conforming DSC level', mime: 'application/postscript', isWhole: true }],
  [/^\{\\rtf1/, { name: 'Rich Text Format data, version 1', mime: 'text/rtf', isWhole: true }],
  [/^BEGIN:VCALENDAR/i, { name: 'vCalendar calendar file', mime: 'text/calendar', isWhole: true }],
  [/^BEGIN:VCARD/i, { name: 'vCard visiting card', mime: 'text/vcard', isWhole: true }],
  [/^-----BEGIN CERTIFICATE-----/, { name: 'PEM certificate', mime: 'text/plain', isWhole: true }],
  [/^-----BEGIN RSA PRIVATE/, { name: 'PEM RSA private key', mime: 'text/plain', isWhole: true }],
  [/^-----BEGIN OPENSSH PRIVATE/, { name: 'OpenSSH private key', mime: 'text/plain', isWhole: true }],
  [/^ssh-rsa /, { name: 'OpenSSH RSA public key', mime: 'text/plain', isWhole: true }],
  [/^ssh-ed25519 /, { name: 'OpenSSH ED25519 public key', mime: 'text/plain', isWhole: true }],
  [/^(?:diff --git|diff -|Only in )/, { name: 'diff output', mime: 'text/x-diff' }],
  [/^--- [^\n]*\n\+\+\+ [^\n]*\n@@/, { name: 'unified diff output', mime: 'text/x-diff' }],
  [/^\*\*\* [^\n]*\n--- /, { name: 'context diff output', mime: 'text/x-diff' }],
  [/^"""/, { name: 'Python script', mime: 'text/plain', isProgram: true }],
  [/^from[ \t]+[\w.]+[ \t]+import\b/m, { name: 'Python script', mime: 'text/x-script.python', isProgram: true }],
  [/def __init__[^]{0,64}self/, { name: 'Python script', mime: 'text/x-script.python', isProgram: true }],
  [/if __name__[^]{0,64}['"]__main__['"]/, { name: 'Python script', mime: 'text/x-script.python', isProgram: true }],
  [/try:[^]*^\s*except.*:$/m, { name: 'Python script', mime: 'text/x-script.python', isProgram: true }],
  [/^class [_a-zA-Z]+(?:\(.*\))? *:(?:[ \t]+pass)?$/m, { name: 'Python script', mime: 'text/x-script.python', isProgram: true }],
  [
    /^\s{0,50}def {1,50}[_a-zA-Z]{1,100}\([a-zA-Z*_, ]{0,255}\):$/m,
    { name: 'Python script', mime: 'text/x-script.python', isProgram: true },
  ],
  [/^(?:import|export)\b.*\bfrom ["']/m, { name: 'JavaScript source', mime: 'application/javascript' }],
  [/^export (?:function|class|default|const|var|let|async) ?/m, { name: 'JavaScript source', mime: 'application/javascript' }],
  [/^(?:const|var|let).*=.*require\(/m, { name: 'JavaScript source', mime: 'application/javascript' }],
  [/module(?:\.|\[["'])exports.*=/, { name: 'JavaScript source', mime: 'application/javascript' }],
  [/["']use strict["']/, { name: 'JavaScript source', mime: 'application/javascript' }],
  [/^\((?:async )?function[( ]/m, { name: 'JavaScript source', mime: 'application/javascript' }],
  [/^package [\w.]+;[^]*^import java/m, { name: 'Java source', mime: 'text/x-java' }],
  [/^import java/m, { name: 'Java source', mime: 'text/x-java' }],
  [/^#include[^]*^class\s+/m, { name: 'C++ source', mime: 'text/x-c++' }],
  [/^template\s*<.*>\s*$/m, { name: 'C++ source', mime: 'text/x-c++' }],
  [/^namespace\s+[_a-zA-Z]{1,30}\s*\{/m, { name: 'C++ source', mime: 'text/x-c++' }],
  [/^using\s+(?:namespace )?std(?:::)?[a-zA-Z]*\s*;/m, { name: 'C++ source', mime: 'text/x-c++' }],
  [/^\s*(?:public|protected|private):/m, { name: 'C++ source', mime: 'text/x-c++' }],
  [/^\s*virtual\s+.*[};]\s*$/m, { name: 'C++ source', mime: 'text/x-c++' }],
  [/^#\s*include/m, { name: 'C source', mime: 'text/x-c' }],
  [/^\s*require\s+'[A-Za-z/]+'/m, { name: 'Ruby script', mime: 'text/x-ruby' }],
  [/^\s*(?:class|module) [A-Z][^]*\bdef [a-z][^]*^\s*end$/m, { name: 'Ruby script', mime: 'text/x-ruby' }],
  [/^\s*class\s+[\w:]+\s*\{[^]*\}(?:;)?$/m, { name: 'C++ source', mime: 'text/x-c++' }],
  [/main\([^)\n]*\)\s*\{/, { name: 'C source', mime: 'text/x-c' }],
  [/^#\s*if(?:n?def)?[^]*^#\s*endif/m, { name: 'C source', mime: 'text/x-c' }],
  [/^\s*struct\s+\w+\s*\{/m, { name: 'C source', mime: 'text/x-c' }],
  [/^\s*extern\s+\w.*;\s*$/m, { name: 'C source', mime: 'text/x-c' }],
  [/^\\documentclass/m, { name: 'LaTeX 2e document', mime: 'text/x-tex' }],
  [/^\.(?:TH|SH|\\")/, { name: 'troff or preprocessor input', mime: 'text/troff' }],
  [/^@echo off/i, { name: 'DOS batch file', mime: 'text/x-msdos-batch' }],
  [/^(?:\.PHONY|[A-Z_]+ *[:?]?=)[^]*^[\w.-]+:[^\n=]*\n\t/m, { name: 'makefile script', mime: 'text/x-makefile' }],
  [/^[\w.-]+:[ \t]*[\w. -]*\n\t/m, { name: 'makefile script', mime: 'text/x-makefile' }],
  [/^\((?:defun|defvar|defmacro|setq|if) /m, { name: 'Lisp/Scheme program', mime: 'text/plain' }],
  [/^\d+\r?\n\d\d:\d\d:\d\d,\d{3} --> /, { name: 'SubRip', mime: 'application/x-subrip' }],
  [/^Return-Path:/, { name: 'SMTP mail', mime: 'message/rfc822' }],
  [/^From: /, { name: 'news or mail', mime: 'message/rfc822' }],
]

/** So much of a text is looked at. */
const SIGHT = 8192

/** What a text is about; undefined: just text. */
export function textKindOf(whole: string): TextKind | undefined {
  const text = whole.slice(0, SIGHT)
  const known = INTERPRETERS.find(([pattern]) => pattern.test(text))?.[1]
  if (known !== undefined) return known
  const [, path = '', words = ''] = /^#! ?(\S+)(?:[ \t]+(\S[^\n]*))?\n/.exec(text) ?? []
  if (path !== '') {
    const shown = path.endsWith('/env') ? words : `${path}${words === '' ? '' : ` ${words}`}`
    return { name: `a ${shown.trim()} script`, mime: 'text/plain', isProgram: true }
  }
  const found = KINDS.find(([pattern]) => pattern.test(text))
  if (found === undefined) return undefined
  const level = found[0].exec(text)?.[1]
  return level === undefined ? found[1] : { ...found[1], name: `${found[1].name} ${level}` }
}

/** JSON, or tables with commas, as `file` checks them. */
export function structureOf(text: string): TextKind | undefined {
  const bare = text.trim()
  if (/^[[{]/.test(bare)) {
    if (isJson(bare)) return { name: 'JSON text data', mime: 'application/json', isWhole: true }
    const lines = bare.split('\n')
    if (lines.length > 1 && lines.every((line) => /^\s*[[{]/.test(line) && isJson(line)))
      return { name: 'New Line Delimited JSON text data', mime: 'application/x-ndjson', isWhole: true }
  }
  return isTable(text) ? { name: 'CSV text', mime: 'text/csv', isWhole: true } : undefined
}

/** A comma behind the last member does no harm. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? ''))
    return true
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return false
    throw thrown
  }
}

/** The first lines have the same number of commas, and more than one. */
function isTable(text: string): boolean {
  const lines = text
    .replace(/"(?:[^"]|"")*"/g, '')
    .split('\n')
    .slice(0, -1)
    .slice(0, 10)
  const counts = lines.map((line) => line.split(',').length - 1)
  const [first = 0] = counts
  return lines.length >= 3 && first > 1 && counts.every((count) => count === first)
}
