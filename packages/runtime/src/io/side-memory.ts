import type { Preview } from '../core/ports'
import { newest, TERMINAL_KEPT, type TerminalText } from './terminal-idb'

/** The streaming text where the browser keeps nothing: gone with the worker. */
export function previewMemory(): Preview {
  let streamed = { request: 0, text: '' }
  return {
    save(request, text) {
      streamed = { request, text }
    },
    async take(request) {
      const taken = streamed
      streamed = { request: 0, text: '' }
      return taken.request === request ? taken.text : ''
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
    flush: () => Promise.resolve(),
    read: async () => shown,
  }
}
