import type { Chord } from '@tabwright/ui'
import type { Phrase } from '@tabwright/ui/language'

/** What a key of the page does. */
export interface ActionInfo {
  readonly id: string
  /** As the palette and the list of shortcuts name it. */
  readonly label: Phrase
  /** Until a person chooses others. */
  readonly keys: Chord
}

/** Every action of the page that has keys, in the order of the list of shortcuts. Each has a button or a menu line too. */
export const ACTIONS = [
  { id: 'palette', label: 'Command palette', keys: 'Mod+KeyK' },
  { id: 'open-file', label: 'Go to file', keys: 'Mod+KeyP' },
  { id: 'search-files', label: 'Search in files', keys: 'Mod+Shift+KeyF' },
  { id: 'new-session', label: 'New session', keys: 'Alt+Shift+KeyN' },
  { id: 'next-session', label: 'Next session', keys: 'Alt+ArrowDown' },
  { id: 'previous-session', label: 'Previous session', keys: 'Alt+ArrowUp' },
  { id: 'composer', label: 'Write to the agent', keys: 'Mod+KeyL' },
  { id: 'slash', label: 'To the message box', keys: '/' },
  { id: 'next-message', label: 'Your next message', keys: 'Mod+Alt+BracketRight' },
  { id: 'previous-message', label: 'Your message before', keys: 'Mod+Alt+BracketLeft' },
  { id: 'sessions', label: 'Show or hide sessions', keys: 'Mod+KeyB' },
  { id: 'workbench', label: 'Show or hide workbench', keys: 'Mod+Backslash' },
  { id: 'terminal', label: 'To the terminal and back', keys: 'Ctrl+Backquote' },
  { id: 'changes', label: 'Show changes', keys: 'Mod+Shift+KeyD' },
  { id: 'density', label: 'Show more or less of the conversation', keys: 'Ctrl+KeyO' },
  { id: 'mode', label: 'Choose permission mode', keys: 'Alt+KeyM' },
  { id: 'model', label: 'Choose model', keys: 'Mod+Quote' },
  { id: 'settings', label: 'Settings', keys: 'Mod+Comma' },
  { id: 'shortcuts', label: 'Keyboard shortcuts', keys: '?' },
] as const satisfies readonly ActionInfo[]

export type ActionId = (typeof ACTIONS)[number]['id']

/** What each action does now; one that is not there cannot be done here. */
export type Runs = Partial<Readonly<Record<ActionId, () => void>>>
