import type { Runner } from '../runner'
import { joiner, type Found } from './parameters'
import type { Pieces } from './pieces'

/** Where a part of a word stands. */
export interface Mode {
  /** In double quotes, or in a here-document. */
  readonly quoted: boolean
  /** Text of the script is split too: the word of `${x:-a b}`. */
  readonly splits: boolean
  /** One word comes out, whatever it is: assignments, `case`, `[[`. */
  readonly joined: boolean
}

/** Where pieces go, and what holds for them. */
export interface Into {
  readonly pieces: Pieces
  readonly mode: Mode
  /** Of an assignment. */
  readonly isValue?: boolean
  /** A tilde may stand first. */
  readonly isStart?: boolean
}

/** Adds what a parameter gave. */
export function emit(runner: Runner, found: Found, { pieces, mode }: Into): void {
  const { quoted } = mode
  if (found.type === 'one') {
    if (found.text !== undefined && (quoted || found.text !== '')) pieces.add(found.text, quoted, !quoted)
    else if (quoted) pieces.add('', true)
    return
  }
  if (found.star && (quoted || mode.joined)) {
    pieces.add(found.texts.join(joiner(runner)), quoted, !quoted)
    return
  }
  if (found.texts.length === 0) pieces.sawNothing = true
  for (const [i, text] of found.texts.entries()) {
    if (i > 0) pieces.break()
    if (quoted || text !== '') pieces.add(text, quoted, !quoted)
  }
}
