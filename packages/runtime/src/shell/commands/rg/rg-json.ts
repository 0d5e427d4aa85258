import { bytesOf } from '../../text'
import { hasBadBytes } from '../grep/grep-printer'
import type { LineHead } from '../grep/grep-search'
import type { LineMatches } from './rg-matches'

/** What is counted for `--json`. */
export interface JsonTally {
  lines: number
  matches: number
  printed: number
  searched: number
  files: number
}

/** Text, or its bytes as base64 where it is none. */
function jsonText(text: string): { readonly text: string } | { readonly bytes: string } {
  if (!hasBadBytes(text)) return { text }
  return { bytes: btoa(String.fromCharCode(...bytesOf(text))) }
}

interface JsonInput {
  readonly path: string
  readonly text: string
  readonly isMatch: boolean
  readonly head: LineHead
  readonly found: LineMatches
}

/** A `match` or `context` message. */
export function jsonLine({ path, text, isMatch, head, found }: JsonInput, tally: JsonTally): unknown {
  if (isMatch) {
    tally.lines += 1
    tally.matches += found.matches.length
  }
  return {
    type: isMatch ? 'match' : 'context',
    data: {
      path: jsonText(path),
      lines: jsonText(`${text}${head.isEnded === false ? '' : '\n'}`),
      line_number: head.number,
      absolute_offset: head.offset,
      submatches: found.matches.map((match) => ({
        match: jsonText(found.text.slice(match.start, match.end)),
        start: bytesOf(found.text.slice(0, match.start)).length,
        end: bytesOf(found.text.slice(0, match.end)).length,
      })),
    },
  }
}

/** Time in ripgrep's three spellings. */
export function jsonTime(ms: number): { readonly secs: number; readonly nanos: number; readonly human: string } {
  const secs = Math.floor(ms / 1000)
  return { secs, nanos: Math.round((ms - secs * 1000) * 1e6), human: `${(ms / 1000).toFixed(6)}s` }
}
