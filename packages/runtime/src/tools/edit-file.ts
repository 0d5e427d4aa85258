import { fail } from '@tabwright/protocol'
import { z } from 'zod/mini'
import type { Tool } from '../core/tool'
import { alikeLines } from './alike-lines'
import { withNews } from './edit-news'
import { inputSchema, parseInput } from './input'
import { noteSeen } from './seen'

const input = z.strictObject({
  path: z.string().check(z.describe('Path relative to the workspace root')),
  old_text: z.string().check(z.minLength(1), z.describe('Exact text to replace, without line numbers; must occur exactly once')),
  new_text: z.string().check(z.describe('What takes its place')),
})

export const editFile: Tool = {
  spec: {
    name: 'edit_file',
    description:
      'Replace one exact piece of text in a file. The piece must occur exactly once: include enough lines around it. Whole lines are also found when only their white space differs.',
    input: inputSchema(input),
    effect: 'tx',
    readOnly: false,
  },
  run: async (raw, context) => {
    const { files, text, seen } = context
    const { path, old_text: oldText, new_text: newText } = parseInput(input, raw)
    const before = files.stat(path)
    const content = text.decode(await files.read(path))
    if (content === undefined) return fail('bad_input', `${path} is a binary file; it cannot be edited as text.`)
    const edited = replaceOnce({ path, content, oldText, newText })
    const old = files.draft()
    files.write(path, text.encode(edited.content), before ? { base: seen.get(before.path) ?? before.version, mode: before.mode } : {})
    noteSeen(files, seen, path)
    const line = content.slice(0, edited.at).split('\n').length
    const alike = edited.isAlike
      ? ' old_text was found with other white space than you gave; the new lines were indented as the file is.'
      : ''
    return withNews(`Edited ${path} (near line ${line}).${alike}`, path, { before: old, context })
  },
}

/** Models write `\n`; a file that uses CRLF throughout is matched and written in its own line ends. */
function replaceOnce(edit: { path: string; content: string; oldText: string; newText: string }): Replaced {
  const { path, content } = edit
  const crlf = content.includes('\r\n') && !/(?<!\r)\n/.test(content)
  const native = (text: string): string => (crlf ? text.replaceAll(/\r?\n/g, '\r\n') : text)
  const [oldText, newText] = [native(edit.oldText), native(edit.newText)]
  if (oldText === newText) return fail('bad_input', 'old_text and new_text are the same; nothing to change.')
  const at = content.indexOf(oldText)
  if (at < 0) return replaceAlike(path, content, { oldText, newText })
  if (content.indexOf(oldText, at + 1) >= 0)
    return fail('bad_input', `old_text occurs more than once in ${path}; include more lines around it.`)
  return { content: content.slice(0, at) + newText + content.slice(at + oldText.length), at }
}

interface Replaced {
  readonly content: string
  /** Where the new text begins. */
  readonly at: number
  /** It was found although its white space differs. */
  readonly isAlike?: true
}

/** Whole lines whose white space differs are these lines all the same, as long as there is one such place. */
function replaceAlike(path: string, content: string, { oldText, newText }: { oldText: string; newText: string }): Replaced {
  const { places, nearest } = alikeLines(content, oldText)
  const [place, second] = places
  if (place === undefined)
    return fail('bad_input', `old_text does not occur in ${path}.${nearest} Read the file again and copy the text exactly.`)
  if (second !== undefined)
    return fail('bad_input', `old_text occurs more than once in ${path} when white space is left aside; copy the text exactly.`)
  const text = reindented(newText, { was: indentOf(oldText), is: indentOf(content.slice(place.from, place.to)) })
  const isEnded = oldText.endsWith('\n')
  // Without its last line end the piece stops in front of the one that stands there.
  const to = isEnded ? place.to : place.to - (/\r?\n$/.exec(content.slice(place.from, place.to))?.[0].length ?? 0)
  return { content: content.slice(0, place.from) + text + content.slice(to), at: place.from, isAlike: true }
}

const firstLine = (text: string): string => text.split('\n').find((line) => line.trim() !== '') ?? ''
const indentOf = (text: string): string => /^[ \t]*/.exec(firstLine(text))?.[0] ?? ''

/** The new lines begin as the file's do, not as the model remembered them. */
function reindented(text: string, { was, is }: { was: string; is: string }): string {
  if (was === is) return text
  return text
    .split('\n')
    .map((line) => (line.trim() !== '' && line.startsWith(was) ? is + line.slice(was.length) : line))
    .join('\n')
}
