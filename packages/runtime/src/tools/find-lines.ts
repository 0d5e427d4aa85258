import { fail, type WorkspaceReader } from '@tabwright/protocol'
import type { TextCodec } from '../core/ports'

/** Longer lines are skipped: what matches in a minified line helps nobody. */
const MAX_TESTED = 10_000

/** Where lines are looked for. */
export interface LineSearch {
  readonly paths: readonly string[]
  readonly files: Pick<WorkspaceReader, 'read'>
  readonly text: TextCodec
  readonly signal: AbortSignal
}

/** Lines of one file that match, numbered from 1. */
export interface FoundLines {
  readonly path: string
  readonly lines: readonly { readonly line: number; readonly text: string }[]
}

/** Looks through files one after the other; those that are no text, and those without a match, are passed over. @throws FailureError `aborted` */
export async function* findLines(
  { paths, files, text, signal }: LineSearch,
  matches: (line: string) => boolean,
): AsyncGenerator<FoundLines> {
  for (const path of paths) {
    if (signal.aborted) fail('aborted', 'The search was stopped.')
    const lines = matchingLines(text.decode(await files.read(path)), matches)
    if (lines.length > 0) yield { path, lines }
  }
}

function matchingLines(content: string | undefined, matches: (line: string) => boolean): FoundLines['lines'] {
  if (content === undefined) return []
  return content.split('\n').flatMap((line, i) => (line.length <= MAX_TESTED && matches(line) ? [{ line: i + 1, text: line }] : []))
}
