import type { Preview } from '../core/ports'
import { newest, TERMINAL_KEPT, type TerminalText } from './terminal-idb'

/** The streaming text where the browser keeps nothing: gone with the worker. */
export function previewMemory(): Preview {
  let text = ''
  return {
    save(newest) {
      text = newest
    },
    async take() {
      const taken = text
      text = ''
      return taken
    },
  }
}

/** The terminal's text where the browser keeps nothing: gone with the worker. */
export function terminalMemory(): TerminalText {
  let shown = ''
  return {
    append(text) {
      shown = newest(shown + text, TERMINAL_KEPT)
    },
    read: async () => shown,
  }
}
