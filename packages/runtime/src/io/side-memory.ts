import type { Preview } from '../core/ports'
import type { BegunFiles, FolderLink, KeptFile, KeptFolder } from './folder-idb'
import { newest, TERMINAL_KEPT, type TerminalText, type TerminalTexts } from './terminal-idb'

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

/** The folder's link where the browser keeps nothing: gone with the worker. */
export function folderMemory(): KeptFolder {
  let kept: FolderLink | undefined
  let begun: BegunFiles | undefined
  const files = new Map<string, KeptFile>()
  return {
    read: async () => kept,
    begun: async () => begun,
    begin: async (files) => {
      begun = files
    },
    files: async () => new Map(files),
    link: async (link, base) => {
      kept = link
      begun = undefined
      files.clear()
      for (const [path, file] of base) files.set(path, file)
    },
    note: async (changes) => {
      for (const [path, file] of changes) {
        if (file) files.set(path, file)
        else files.delete(path)
      }
    },
  }
}

/** What the terminals showed where the browser keeps nothing: gone with the worker. */
export function terminalsMemory(): TerminalTexts {
  return { agent: terminalMemory(), person: terminalMemory(), typed: terminalMemory() }
}

function terminalMemory(): TerminalText {
  let shown = ''
  return {
    append(text) {
      shown = newest(shown + text, TERMINAL_KEPT)
    },
    flush: () => Promise.resolve(),
    read: async () => shown,
  }
}
