import { linesOf, type ConflictChoice, type Hunk } from '@tabwright/protocol'
import type { Fact } from '../fact'
import { textAt, type Compared } from './lines'

/** Enough to know a part by; the file is there to be read. */
const MOST_OF_A_PART = 1_500
const MOST_PARTS = 20

/** Files whose changes were refused whole. */
export function toldOfFiles(paths: readonly string[]): Fact {
  const list = paths.join(', ')
  return told(
    `The person reviewed your changes and rejected those to: ${list}. They were undone: the ${paths.length === 1 ? 'file is' : 'files are'} as before your changes. ${AFTER}`,
  )
}

/** Which parts of a change were refused, by the lines and the text that the model wrote, and why. */
export function toldOfParts({ path, compared, why }: { path: string; compared: Compared; why: string | undefined }): Fact {
  const one = compared.hunks.length === 1
  const head = `The person reviewed your changes to ${path} and refused ${one ? 'one part of them, which was' : 'parts of them, which were'} undone; the rest of the file is as it was.`
  return told(`${head} ${textOfParts(compared, why)}`)
}

/** What was refused was never the agent's. */
export function toldOfOwn(path: string): Fact {
  return told(`The person took back lines of their own in ${path}. Read the current content before any further edit.`)
}

/** The refused parts one by one, each with its lines. */
export function textOfParts({ old, now, hunks }: Compared, why: string | undefined): string {
  const [was, is] = [linesOf(old), linesOf(now)]
  const parts = hunks.slice(0, MOST_PARTS).map((hunk) => partText(hunk, was, is))
  const more = hunks.length - parts.length
  const rest = more > 0 ? `\n…and ${more} more.` : ''
  const reason = why === undefined ? '' : `\nThe person says why: ${why}`
  return `Refused:\n${parts.join('\n')}${rest}${reason}\n${AFTER}`
}

/** Something that was refused is in the file again. */
export function toldOfUndo(path: string, text: string): Fact {
  const what = text === '' ? 'Lines that you had removed are removed again.' : `These lines of yours are in it again:\n${marked('+', text)}`
  return told(`The person took back a refusal in ${path}. ${what}\nRead the current content before any further edit.`)
}

/** What was decided on lines that both changed, in the words that the model reads. */
const CHOSEN: Readonly<Record<ConflictChoice, string>> = {
  yours: 'their own lines stay, yours are gone',
  agent: 'your lines stay, theirs are gone',
  both: 'both stay, theirs first',
  neither: 'neither stays; the place is as it was before both of you',
  hand: 'they wrote the place anew',
}

interface Conflict {
  readonly path: string
  readonly how: ConflictChoice
  readonly hunk: Hunk
  /** What stands there now; undefined: what stood there before both. */
  readonly text: string | undefined
}

/** How the person settled lines that they and the agent had both changed. */
export function toldOfConflict({ path, how, hunk, text }: Conflict): Fact {
  const head = `The person had changed lines of ${path} that you had changed too (${lineNames(hunk)}), and settled it: ${CHOSEN[how]}.`
  const now = text === undefined ? '' : text === '' ? ' Nothing stands there now.' : ` There stands now:\n${marked('+', text)}`
  return told(`${head}${now.trimEnd()}\nRead the current content before any further edit.`)
}

const AFTER = 'Do not make them again unless asked; read the current content before any further edit.'

function told(text: string): Fact {
  return { type: 'message.user', data: { content: [{ type: 'text', text }], from: 'review' } }
}

/** As a patch shows it, with the lines that the file had with the change in it. */
function partText({ old, now }: Hunk, was: readonly string[], is: readonly string[]): string {
  const name = lineNames({ now })
  const where = now.count === 0 ? `After line ${now.start}, where you removed` : name.charAt(0).toUpperCase() + name.slice(1)
  return `${where}:\n${marked('-', textAt(was, old))}${marked('+', textAt(is, now))}`.trimEnd()
}

function lineNames({ now: { start, count } }: Pick<Hunk, 'now'>): string {
  if (count === 0) return `after line ${start}`
  return count === 1 ? `line ${start + 1}` : `lines ${start + 1}–${start + count}`
}

function marked(sign: '+' | '-', text: string): string {
  const lines = linesOf(text).map((line) => `${sign}${line.replace(/\r?\n$/, '')}\n`)
  const whole = lines.join('')
  return whole.length <= MOST_OF_A_PART ? whole : `${whole.slice(0, MOST_OF_A_PART)}…\n`
}
