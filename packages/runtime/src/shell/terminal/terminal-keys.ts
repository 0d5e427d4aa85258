/** What a person did at the keyboard, out of the bytes xterm gives. */
export type TerminalKey =
  | { readonly type: 'text'; readonly text: string }
  /** Text that may hold newlines and runs only after Enter. */
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: KeyName }

export type KeyName =
  | 'enter'
  | 'backspace'
  | 'delete'
  | 'left'
  | 'right'
  | 'wordLeft'
  | 'wordRight'
  | 'up'
  | 'down'
  | 'home'
  | 'end'
  | 'killToEnd'
  | 'killToStart'
  | 'killWord'
  | 'killWordAfter'
  | 'yank'
  | 'clearScreen'
  | 'interrupt'
  | 'complete'
  | 'searchBack'
  | 'transpose'
  | 'cancel'
  | 'endOfInput'

const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\x01': 'home',
  '\x02': 'left',
  '\x03': 'interrupt',
  '\x04': 'endOfInput',
  '\x05': 'end',
  '\x06': 'right',
  '\x07': 'cancel',
  '\x08': 'backspace',
  '\x09': 'complete',
  '\x0b': 'killToEnd',
  '\x0c': 'clearScreen',
  '\x0e': 'down',
  '\x10': 'up',
  '\x12': 'searchBack',
  '\x14': 'transpose',
  '\x15': 'killToStart',
  '\x17': 'killWord',
  '\x19': 'yank',
  '\x7f': 'backspace',
}

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  '[F': 'end',
  '[H': 'home',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  OF: 'end',
  OH: 'home',
  '[1~': 'home',
  '[3~': 'delete',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[1;3C': 'wordRight',
  '[1;3D': 'wordLeft',
  '[1;5C': 'wordRight',
  '[1;5D': 'wordLeft',
  '[3;5~': 'killWordAfter',
  b: 'wordLeft',
  d: 'killWordAfter',
  f: 'wordRight',
  '\x7f': 'killWord',
}

const PASTE_START = '\x1b[200~'
const PASTE_END = '\x1b[201~'

/**
 * One escape sequence from the start of a string: strings ended by BEL or ST, CSI, SS3, or ESC and one character.
 * xterm answers the queries that a program's output holds through the same channel as the keyboard; such answers are
 * sequences too, match here, mean no key, and so never become text that somebody's output typed for the person.
 */
const SEQUENCE = /^\x1b(?:[P\]^_X][\s\S]*?(?:\x07|\x1b\\|$)|\[[0-?]*[ -/]*[@-~]|\[[0-?]*[ -/]*$|O[\s\S]?|[\s\S]?)/

const PRINTABLE = /^[^\x00-\x1f\x7f-\x9f]+/

/** Reads what came in one piece. Unknown sequences mean nothing. */
export function readKeys(data: string): readonly TerminalKey[] {
  // A lone Enter is a key; several characters with a line break among them can only be a paste without brackets.
  if (data.length > 1 && !data.startsWith('\x1b') && /[\r\n]/.test(data)) return [pasted(data)]
  const keys: TerminalKey[] = []
  let rest = data
  while (rest !== '') {
    const [key, length] = readKey(rest)
    if (key !== undefined) keys.push(key)
    rest = rest.slice(length)
  }
  return keys
}

function readKey(rest: string): readonly [TerminalKey | undefined, number] {
  if (rest.startsWith(PASTE_START)) {
    const end = rest.indexOf(PASTE_END)
    const text = end === -1 ? rest.slice(PASTE_START.length) : rest.slice(PASTE_START.length, end)
    return [pasted(text), end === -1 ? rest.length : end + PASTE_END.length]
  }
  const sequence = SEQUENCE.exec(rest)?.[0]
  if (sequence !== undefined) return [named(SEQUENCES, sequence.slice(1)), sequence.length]
  const text = PRINTABLE.exec(rest)?.[0]
  if (text !== undefined) return [{ type: 'text', text }, text.length]
  return [named(CONTROLS, rest.charAt(0)), 1]
}

function named(table: Readonly<Record<string, KeyName>>, name: string): TerminalKey | undefined {
  const type = Object.hasOwn(table, name) ? table[name] : undefined
  return type === undefined ? undefined : { type }
}

/** Line breaks become one kind; every other control character, escapes above all, goes. */
function pasted(text: string): TerminalKey {
  return {
    type: 'paste',
    text: text
      .replace(/\r\n?/g, '\n')
      .replace(/\t/g, '  ')
      .replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, ''),
  }
}
