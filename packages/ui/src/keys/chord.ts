import { t, type Phrase } from '../language'

/**
 * Keys that are pressed together, as text: `Mod+KeyK`, `Alt+Shift+KeyN`, `Ctrl+Backquote`, or a sign by itself: `?`. Keys are named by
 * their place on the keyboard (`KeyboardEvent.code`), because what Alt makes of a letter is another sign on each system. `Mod` is Ctrl or ⌘.
 */
export type Chord = string

/** What of a key event is looked at. */
export type Pressed = Pick<KeyboardEvent, 'code' | 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** What a recorded key event comes to. */
export type Recorded =
  | { readonly type: 'chord'; readonly chord: Chord }
  /** Nothing yet: only keys that are held beside others. */
  | { readonly type: 'held' }
  | { readonly type: 'refused'; readonly why: string }

const HELD = new Set(['Control', 'Meta', 'Alt', 'Shift', 'AltGraph', 'CapsLock', 'Dead', 'Process', 'Unidentified'])
/** Whatever is held beside them, they move the focus, send, or stop. */
const TAKEN_EVERYWHERE = new Set(['Enter', 'NumpadEnter', 'Escape', 'Tab', 'Space', 'Backspace', 'Delete'])
/** What a browser keeps for itself, or a person needs in every text. */
const OF_THE_BROWSER = new Set(['KeyW', 'KeyT', 'KeyN', 'KeyQ', 'KeyR', 'KeyC', 'KeyV', 'KeyX', 'KeyA', 'KeyZ', 'KeyF', 'KeyS'])

/** Whether these keys are the ones. */
export function isPressed(chord: Chord, event: Pressed): boolean {
  if (isSign(chord)) return event.key === chord && !event.ctrlKey && !event.metaKey && !event.altKey
  const parts = chord.split('+')
  const has = (part: string): boolean => parts.includes(part)
  if (event.code !== parts.at(-1) || event.altKey !== has('Alt') || event.shiftKey !== has('Shift')) return false
  if (has('Mod')) return event.ctrlKey || event.metaKey
  return event.ctrlKey === has('Ctrl') && !event.metaKey
}

/** A sign that is typed is none of the page's keys while somebody types. */
export function isSign(chord: Chord): boolean {
  return chord.length === 1
}

/** The keys of an event, for somebody who chooses them. @param isMac whether ⌘ is the key for commands */
export function recordedChord(event: Pressed, isMac: boolean): Recorded {
  if (HELD.has(event.key)) return { type: 'held' }
  if (TAKEN_EVERYWHERE.has(event.code)) return refused('This key means the same everywhere and stays as it is.')
  const isCommand = isMac ? event.metaKey : event.ctrlKey
  if (!isCommand && !event.ctrlKey && !event.altKey) return signOf(event)
  if (!isMac && event.metaKey) return refused('Keys with the system’s own key never reach a page.')
  if (isCommand && !event.altKey && OF_THE_BROWSER.has(event.code)) return refused('The browser, or every text, needs these keys.')
  const held = [isCommand && 'Mod', !isCommand && event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.shiftKey && 'Shift']
  return { type: 'chord', chord: [...held.filter((one) => one !== false), event.code].join('+') }
}

function signOf(event: Pressed): Recorded {
  const isPlain = isSign(event.key) && !/[\p{L}\p{N}\s]/u.test(event.key)
  if (isPlain) return { type: 'chord', chord: event.key }
  return refused('A letter by itself is for typing. Hold Ctrl, ⌘ or Alt with it.')
}

function refused(why: Phrase): Recorded {
  return { type: 'refused', why: t(why) }
}

/** Whether one press could mean both. */
export function isSameChord(a: Chord, b: Chord): boolean {
  const plain = (chord: Chord): string => chord.replace(/^Ctrl\+/, 'Mod+')
  return plain(a) === plain(b)
}

/** Whether a text from outside names keys: what was kept by another version, or by hand, may be anything. */
export function isChord(text: string): boolean {
  return isSign(text) || /^(?:(?:Mod|Ctrl)\+)?(?:Alt\+)?(?:Shift\+)?[A-Z][A-Za-z0-9]{0,19}$/.test(text)
}

const SIGNS: Readonly<Record<string, string>> = {
  Backquote: '`',
  Backslash: '\\',
  BracketLeft: '[',
  BracketRight: ']',
  Comma: ',',
  Equal: '=',
  Minus: '-',
  Period: '.',
  Quote: "'",
  Semicolon: ';',
  Slash: '/',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
}
const OF_A_MAC: Readonly<Record<string, string>> = { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' }

/** The keys as people read them: `Ctrl+Shift+D`, on a Mac `⇧⌘D`. */
export function chordText(chord: Chord, isMac: boolean): string {
  if (isSign(chord)) return chord
  const parts = chord.split('+')
  const code = parts.at(-1) ?? ''
  const sign = SIGNS[code] ?? code.replace(/^(?:Key|Digit)(?=.$)/, '')
  const held = parts.slice(0, -1)
  if (!isMac) return [...held.map((one) => (one === 'Mod' ? 'Ctrl' : one)), sign].join('+')
  const order = ['Ctrl', 'Alt', 'Shift', 'Mod'].filter((one) => held.includes(one))
  return order.map((one) => OF_A_MAC[one]).join('') + sign
}

/** Whether this machine's keys for commands are a Mac's. */
export function isMacLike(platform: string): boolean {
  return /mac|iphone|ipad/i.test(platform)
}
