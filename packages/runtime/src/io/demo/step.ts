import type { JsonObject } from '@tabwright/protocol'
import type { Done } from './conversation'

/** What the demo does next: it says something and asks for tools, or it says something and ends its turn. */
export interface DemoStep {
  readonly thinking?: string
  readonly text: string
  readonly calls: readonly { readonly name: string; readonly input: JsonObject }[]
}

export const TEST_COMMAND = 'node --test'

export function runTests(purpose: string): DemoStep['calls'] {
  return [{ name: 'shell', input: { command: TEST_COMMAND, purpose } }]
}

/** File content from a `read_file` result: without line numbers and notes. */
export function contentOf(result: string): string {
  return result
    .split('\n')
    .flatMap((line) => /^\d+\t(.*)$/s.exec(line)?.[1] ?? [])
    .join('\n')
}

/** Whether a person or a rule refused the call, and what they said. */
export function denialOf(done: Done): { readonly who: string; readonly note: string } | undefined {
  const found = done.isError ? /^(The person|A rule) denied this call[.:] ?([\s\S]*)$/.exec(done.result) : null
  return found ? { who: found[1] ?? '', note: (found[2] ?? '').trim() } : undefined
}

export function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim()
      .slice(0, 200) ?? '(nothing)'
  )
}

export function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``
}

/** What one can ask for once the tour is over. */
export const OFFER =
  'You can still ask me to **run the tests**, **list the files**, **read** a file, **search for** a word, or to **start the tour** again; I do these with the real tools.'
