import type { Terminal } from '@xterm/xterm'

/** What of a pressed key matters here. */
type Pressed = Pick<KeyboardEvent, 'type' | 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'preventDefault'>

interface Shortcuts {
  readonly terminal: Pick<Terminal, 'hasSelection'>
  readonly isReadOnly: boolean
  onSearch(): void
  /** Puts what is selected on the clipboard, as the person asked. */
  onCopy(): void
}

/**
 * Keys that stay with the browser or the page: Shift+Tab leaves (and Tab, where nothing can be typed), Ctrl+` closes the drawer,
 * copy, paste and search do what they do everywhere. False: the terminal does not take the key.
 */
export function isForTerminal(event: Pressed, { terminal, isReadOnly, onSearch, onCopy }: Shortcuts): boolean {
  if (event.key === 'Tab') return !(isReadOnly || event.shiftKey)
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return true
  if (event.code === 'KeyF') {
    event.preventDefault()
    if (event.type === 'keydown') onSearch()
    return false
  }
  if (event.metaKey || event.code === 'KeyV' || event.code === 'Backquote') return false
  if (event.code !== 'KeyC') return true
  if (event.shiftKey) {
    // Without this the browser opens its tools for developers.
    event.preventDefault()
    if (event.type === 'keydown' && terminal.hasSelection()) onCopy()
    return false
  }
  return !terminal.hasSelection()
}
