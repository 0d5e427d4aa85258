import type { IFunctionIdentifier, Terminal } from '@xterm/xterm'

/** Questions to the terminal. It would answer through the same channel as the keyboard, and a shell would take that for typed. */
const QUESTIONS: readonly IFunctionIdentifier[] = [
  // Device attributes.
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  // Status and cursor position.
  { final: 'n' },
  { prefix: '?', final: 'n' },
  // Modes, keyboard, version, window.
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
  { prefix: '?', final: 'u' },
  { prefix: '>', final: 'q' },
  { final: 't' },
]

/** Settings, and terminfo entries. */
const STRING_QUESTIONS: readonly IFunctionIdentifier[] = [
  { intermediates: '$', final: 'q' },
  { intermediates: '+', final: 'q' },
]

/** Titles, colours (which can be asked for, and are ours to choose), and the clipboard. */
const OSC = [0, 1, 2, 4, 10, 11, 12, 52, 104, 110, 111, 112]

/** Mouse and focus: with these a terminal writes where nobody typed. */
const REPORTING = new Set([9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016])

/** Makes a terminal take what programs write and answer nothing. */
export function quiet({ parser }: Pick<Terminal, 'parser'>): void {
  const swallow = (): boolean => true
  for (const id of QUESTIONS) parser.registerCsiHandler(id, swallow)
  for (const id of STRING_QUESTIONS) parser.registerDcsHandler(id, swallow)
  for (const n of OSC) parser.registerOscHandler(n, swallow)
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, (params) => params.flat().some((mode) => REPORTING.has(mode)))
}
